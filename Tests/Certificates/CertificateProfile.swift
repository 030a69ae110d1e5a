/// What a test's certificate says.
public struct CertificateProfile: Sendable {
  public enum Key: Sendable { case ec, rsa(bits: Int32) }

  public var name: String
  /// As OpenSSL writes them: `DNS:a.example`, `URI:spiffe://…`, `IP:127.0.0.1`.
  public var alternativeNames: [String] = []
  public var extendedUsage: String? = "serverAuth,clientAuth"
  public var isAuthority = false
  /// Days from now.
  public var from = -1.0
  public var to = 30.0
  public var key = Key.ec

  public init(_ name: String, _ alternativeNames: String...) {
    self.name = name
    self.alternativeNames = alternativeNames
  }

  public func with(_ change: (inout CertificateProfile) -> Void) -> CertificateProfile {
    var other = self
    change(&other)
    return other
  }
}
