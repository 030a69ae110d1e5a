/// Where the authorities that are believed, and their lists of revoked certificates, are: all PEM.
public struct TrustFiles: Sendable, Hashable {
  /// Nil: the system's.
  public var authorities: [String]?
  public var revocations: [String]

  public init(authorities: [String]?, revocations: [String] = []) {
    self.authorities = authorities
    self.revocations = revocations
  }
}
