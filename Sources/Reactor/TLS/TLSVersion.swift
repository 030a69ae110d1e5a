/// Versions of TLS that are spoken. Older ones are broken (RFC 8996).
public enum TLSVersion: UInt8, Sendable, CaseIterable {
  case v12, v13

  /// As on the wire.
  var number: Int32 { self == .v12 ? 0x0303 : 0x0304 }

  /// As OpenSSL and Envoy write it.
  public var name: StaticString { self == .v12 ? "TLSv1.2" : "TLSv1.3" }
}
