/// What a certificate says, as plain data without its key: for logs, pages and rules.
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
  /// 4 or 16 bytes each.
  public var addresses: [[UInt8]] = []
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

  public var period: ValidityPeriod { ValidityPeriod(begin: notBefore, end: notAfter) }

  /// Whether it is valid at a time in seconds since 1970.
  public func isValid(at time: Int64) -> Bool { (notBefore...max(notBefore, notAfter)).contains(time) }

  /// Days that are left, rounded down; below zero where it has expired.
  public func daysLeft(now: Int64) -> Int { Self.days(until: notAfter, now: now) }

  /// Rounded down, so that it is below zero from the first second on.
  public static func days(until end: Int64, now: Int64) -> Int {
    Int((Double(end - now) / 86_400).rounded(.down))
  }

  /// Only where the certificate is an X.509-SVID: exactly one URI among its names, which is a SPIFFE ID with a path,
  /// and no authority's certificate (X509-SVID, sections 2 and 5.2).
  public var spiffeID: SPIFFEID? {
    guard uriCount == 1, !isAuthority, let uri = uris.first, let id = try? SPIFFEID(uri), !id.path.isEmpty
    else { return nil }
    return id
  }

  /// `fingerprint` in lower-case hexadecimal.
  public var fingerprintText: String { HexText.lowercase(fingerprint) }
}
