public import Certificates

/// Something of TLS that is good for a time only, and where it is used.
public struct TLSExpiry: Sendable, Hashable {
  public enum Kind: Sendable, CaseIterable {
    case certificate
    /// The first of a file's authorities to expire.
    case trust
    /// The first of a file's CRLs to be overdue.
    case revocations
    /// An OCSP response that is stapled.
    case response
  }

  public let kind: Kind
  /// `listener`, `service`, `key set` or `etcd`.
  public let owner: String
  /// The owner's name.
  public let name: String
  public let file: String
  public let period: ValidityPeriod
}
