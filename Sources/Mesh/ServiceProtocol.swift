/// What a service's endpoints speak.
public enum ServiceProtocol: UInt8, Sendable, CaseIterable {
  case http1
  /// HTTP/2 from the first byte on (RFC 9113, section 3.3), as gRPC wants it.
  case h2
  /// As ALPN says under TLS, else HTTP/1.1.
  case auto
}
