public import Identity
public import Primitives

/// Who sends a request, as the connection and a token tell.
public struct AuthorizationCaller {
  /// Nil where no certificate was verified.
  public var identity: PeerIdentity?
  /// The other end of the connection.
  public var address: SocketAddress

  /// Nil where no bearer token was verified.
  public var token: VerifiedToken?

  public init(identity: PeerIdentity?, address: SocketAddress, token: VerifiedToken? = nil) {
    self.identity = identity
    self.token = token
    self.address = address
  }
}
