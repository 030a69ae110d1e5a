/// What is spoken inside of TLS, agreed upon by ALPN (RFC 7301).
public enum ApplicationProtocol: UInt8, Sendable, CaseIterable {
  case http11, h2

  /// Its name on the wire.
  public var name: StaticString { self == .h2 ? "h2" : "http/1.1" }

  /// Names as ALPN carries them: each behind its length.
  static func wire(_ protocols: [ApplicationProtocol]) -> [UInt8] {
    protocols.flatMap { one -> [UInt8] in
      let name = Array("\(one.name)".utf8)
      return [UInt8(name.count)] + name
    }
  }
}
