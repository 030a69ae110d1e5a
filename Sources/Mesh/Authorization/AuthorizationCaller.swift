public import Identity
public import Primitives

/// Who sends a request, as the connection tells.
public struct AuthorizationCaller {
  /// Nil where no certificate was verified.
  public var identity: PeerIdentity?
  /// The other end of the connection.
  public var address: SocketAddress

  public init(identity: PeerIdentity?, address: SocketAddress) {
    self.identity = identity
    self.address = address
  }
}
