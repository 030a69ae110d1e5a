/// What a certificate says, as plain data without its key.
public struct CertificateDescription: Sendable, Equatable {
  /// As RFC 2253 writes it, `CN=web,O=prod`: ASCII, everything else escaped.
  public var subject: String
  public var issuer: String
  /// Lower-case hexadecimal.
  public var serial: String
  /// Seconds since 1970; both ends are within.
  public var notBefore: Int64
  public var notAfter: Int64
  /// SHA-256 of the DER: 32 bytes.
  public var fingerprint: [UInt8]
  /// Names of the subject by kind. One with bytes outside printable ASCII is left out: it could be taken for another.
  public var dnsNames: [String] = []
  public var uris: [String] = []
  /// As printed.
  public var ipAddresses: [String] = []
  public var emails: [String] = []
  /// URIs among the names, with those that were left out.
  public var uriCount = 0
  /// May sign certificates or revocation lists.
  public var isAuthority = false
  /// `EC P-256`, `RSA 2048`, …
  public var key: String

  /// Plain data, for those who need no certificate to make it from.
  package init(
    subject: String, issuer: String, serial: String, notBefore: Int64, notAfter: Int64, fingerprint: [UInt8],
    dnsNames: [String] = [], uris: [String] = [], uriCount: Int = 0, isAuthority: Bool = false, key: String
  ) {
    self.subject = subject
    self.issuer = issuer
    self.serial = serial
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.fingerprint = fingerprint
    self.dnsNames = dnsNames
    self.uris = uris
    self.uriCount = uriCount
    self.isAuthority = isAuthority
    self.key = key
  }

  /// Whether it is valid at a time in seconds since 1970.
  public func isValid(at time: Int64) -> Bool { (notBefore...max(notBefore, notAfter)).contains(time) }

  /// `fingerprint` in lower-case hexadecimal.
  public var fingerprintText: String { HexText.lowercase(fingerprint) }
}
