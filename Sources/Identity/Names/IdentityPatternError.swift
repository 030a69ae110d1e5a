public import Certificates

/// Why a text means nobody.
public enum IdentityPatternError: Error, Equatable, Sendable {
  case kind, dns, subject
  case spiffe(SPIFFEIDPatternError)

  /// In words, to stand behind the text.
  public var reason: StaticString {
    switch self {
    case .kind: "is no identity (valid: spiffe://…, dns:NAME, subject:CN=…, *)"
    case .dns: "is no DNS name (valid: dns:client.example, dns:*.example)"
    case .subject: "is no subject (valid: subject:CN=client,O=Example)"
    case .spiffe(let error): error.reason
    }
  }
}
