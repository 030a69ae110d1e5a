/// What became of certificates since the start.
public struct CertificateState: Sendable {
  /// Times that contexts were made anew of changed files, and times that those could not be used.
  public var renewals: UInt64 = 0
  public var failures: UInt64 = 0
  /// Files that cannot be used at present.
  public var problems: [String] = []

  public init() {}
}
