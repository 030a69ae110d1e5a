public import Certificates

/// Whom a rule means: workloads by SPIFFE ID, other clients by a name in their certificate, or everybody who has
/// shown one.
public enum IdentityPattern: Sendable, Hashable {
  /// `spiffe://prod/ns/*/sa/web`
  case spiffe(SPIFFEIDPattern)
  /// `dns:client.example`, or `dns:*.example` for one label more.
  case dns(DNSNamePattern)
  /// `subject:CN=client,O=Example`, as RFC 2253 writes it and `apus identity show` prints it. All of it.
  case subject(String)
  /// `*`: any client whose certificate was verified.
  case anyone

  public init(_ text: String) throws(IdentityPatternError) {
    if text == "*" {
      self = .anyone
    } else if text.hasPrefix("dns:") {
      guard let name = DNSNamePattern(String(text.dropFirst(4))) else { throw .dns }
      self = .dns(name)
    } else if text.hasPrefix("subject:") {
      let name = String(text.dropFirst(8))
      guard name.contains("=") else { throw .subject }
      self = .subject(name)
    } else if text.hasPrefix("spiffe:") {
      do throws(SPIFFEIDPatternError) {
        self = .spiffe(try SPIFFEIDPattern(text))
      } catch {
        throw .spiffe(error)
      }
    } else {
      throw .kind
    }
  }
}

extension IdentityPattern: CustomStringConvertible {
  /// As the configuration has it.
  public var description: String {
    switch self {
    case .spiffe(let pattern): "\(pattern)"
    case .dns(let pattern): "dns:\(pattern)"
    case .subject(let subject): "subject:\(subject)"
    case .anyone: "*"
    }
  }
}
