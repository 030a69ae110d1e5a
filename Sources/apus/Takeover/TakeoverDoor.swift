internal import Primitives
internal import Reactor
internal import Telemetry

/// Where other processes ask for this one's sockets: also while no descriptor is left, which is when somebody may want to
/// take over. The control loop's thread.
final class TakeoverDoor {
  private let loop: EventLoop
  private let token: Token
  private var listener: Listener
  /// Lets one in where the process has no other. Another thread may be quicker to take it: then he waits.
  private var spare = SpareDescriptor()
  private var isExhausted = false

  /// Between two looks at who waits for a descriptor.
  private static let pause = Interval.milliseconds(100)

  /// - Parameters:
  ///   - listener: from `Listener.openPackets`, or inherited.
  ///   - token: its owner's, whose events call `accept`.
  init(_ listener: consuming Listener, on loop: EventLoop, token: Token) throws(SystemError) {
    self.loop = loop
    self.token = token
    try listener.begin(backlog: 16)
    try loop.register(listener.descriptor, token: token)
    self.listener = listener
  }

  var descriptor: Int32 { listener.descriptor }

  /// Who asks next; nil: nobody, or nobody who can be let in before the token's timer fires.
  func accept() -> PacketSocket? {
    switch listener.accept() {
    case .none: return nil
    case .connection(let socket, _):
      isExhausted = false
      return PacketSocket(socket)
    case .exhausted(let code):
      if spare.spend() { return accept() }
      if !isExhausted {
        Log.warning(
          "there is no descriptor for a process that asks for the listening sockets: it waits",
          ["reason": .string(SystemError.text(of: code))])
      }
      isExhausted = true
      _ = loop.schedule(at: loop.now + Self.pause, token.raw)
      return nil
    }
  }

  /// A descriptor may be there again.
  func refill() { spare.refill() }

  /// It stays open in another process, and would be reported here for ever.
  func leave() {
    loop.unregister(listener.descriptor)
    listener.leave()
  }
}
