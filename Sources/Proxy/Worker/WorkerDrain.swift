internal import Policy
internal import Primitives

/// How far a worker's drain is.
struct WorkerDrain {
  var scope = DrainScope.inbound
  /// Those whose connections end.
  var doors: [Door] = []
  /// Connections that have not been asked to go, in the order of their turns. Some may have gone by themselves.
  var order: ArraySlice<Token> = []
  var schedule = DrainSchedule(count: 0, from: MonotonicTime(nanoseconds: 0), within: .zero)
  var timer = LazyTimer()
  /// Nobody is left, and no connection to an endpoint is kept.
  var isOver = false
}
