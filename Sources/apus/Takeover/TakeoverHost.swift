internal import Primitives
internal import Proxy

/// What a process has that another one may go on with.
struct TakeoverGoods {
  var listeners: [OfferedListener] = []
  /// Nil: no admin server.
  var admin: (wanted: SocketAddress, descriptor: Int32)?
}

/// The process that took over, and with what.
struct Successor: Equatable {
  let process: Int32
  let version: String
  /// Places of the listeners that go on.
  var places: Set<Int> = []
  var takesAdmin = false
  /// As in `TakeoverMessage.serving`.
  var registration: [String] = []
}

/// Whose sockets are offered.
protocol TakeoverHost: AnyObject {
  /// Nil: not now, for a reason.
  var goods: Result<TakeoverGoods, TakeoverRefusal> { get }
  /// Another process serves now.
  func takenOver(by successor: Successor)
  /// The one that wanted to has not made it.
  func takeoverFailed()
}

struct TakeoverRefusal: Error {
  let reason: String
}
