/// Carries a socket from hand to hand, where values without copies cannot stand; closes one that nobody takes.
public final class SocketParcel {
  private var socket: Socket?

  public init(_ socket: consuming Socket) { self.socket = consume socket }

  public func take() -> Socket? { socket.take() }
}
