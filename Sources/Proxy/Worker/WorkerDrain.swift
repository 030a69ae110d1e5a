/// How far a worker's drain is.
struct WorkerDrain {
  var scope = DrainScope.inbound
  /// Those whose connections end.
  var doors: [Door] = []
  /// Nobody is left, and no connection to an endpoint is kept.
  var isOver = false
}
