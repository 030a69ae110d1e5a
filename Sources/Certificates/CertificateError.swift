/// Why no certificate or key could be read.
public enum CertificateError: UInt8, Error, CaseIterable, Sendable {
  case tooLarge, noCertificate, malformed, noKey

  public var reason: StaticString {
    switch self {
    case .tooLarge: "is larger than 1 MiB"
    case .noCertificate: "holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"
    case .malformed: "holds a certificate that cannot be read"
    case .noKey: "holds no private key in PEM that can be read"
    }
  }
}
