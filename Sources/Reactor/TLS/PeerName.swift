public import Certificates

/// A subject alternative name that the other side's certificate has to have.
public enum PeerName: Sendable, Equatable, CustomStringConvertible {
  /// A host name; the certificate's may begin with `*.`.
  case dns(String)
  /// 4 or 16 bytes.
  case ip([UInt8])
  /// The certificate has to be an X.509-SVID: this is its only URI.
  case spiffe(SPIFFEIDPattern)
  /// Any other URI, literally.
  case uri(String)

  public var description: String {
    switch self {
    case .dns(let name): "dns:\(name)"
    case .spiffe(let pattern): "uri:\(pattern)"
    case .uri(let uri): "uri:\(uri)"
    case .ip(let bytes): "ip:" + Self.text(ofAddress: bytes)
    }
  }

  /// For a log line: names as far as they are few and short.
  public static func text(of names: [PeerName]) -> String { text(names.map(\.description)) }

  /// The names of a certificate in the same way; its subject where it has none.
  static func text(of certificate: CertificateDescription, withIssuer: Bool = false) -> String {
    let names =
      certificate.dnsNames.map { "dns:\($0)" } + certificate.uris.map { "uri:\($0)" }
      + certificate.addresses.map { "ip:" + text(ofAddress: $0) }
    let told = text(names.isEmpty ? ["subject:\(certificate.subject)"] : names)
    return withIssuer ? "\(told), issued by \(cut(certificate.issuer))" : told
  }

  private static func text(_ names: [String]) -> String {
    let shown = names.prefix(3).map(cut)
    let more = names.count - shown.count
    return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }

  private static func cut(_ name: String) -> String {
    name.utf8.count > 100 ? "\(name.prefix(100))…" : name
  }

  /// An address as it is written.
  /// - Parameter bytes: 4 or 16.
  package static func text(ofAddress bytes: [UInt8]) -> String {
    if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
    return stride(from: 0, to: bytes.count, by: 2).map {
      String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
    }.joined(separator: ":")
  }
}
