public import Primitives

extension ErrorReason {
  /// Appends the value of a `Proxy-Status` field (RFC 9209, section 2): `apus;error=connection_timeout;details="…"`.
  /// `details`, where given, is more precise than our own and holds neither quotes, backslashes nor non-ASCII.
  public func appendProxyStatus(details: StaticString? = nil, to buffer: inout ByteBuffer) {
    appendProxyStatus(details: (details ?? self.details).bytes, to: &buffer)
  }

  /// The same, with details that are not known when the program is compiled.
  public func appendProxyStatus(details: Span<UInt8>, to buffer: inout ByteBuffer) {
    buffer.append("apus;error=")
    buffer.append(proxyError)
    buffer.append(";details=\"")
    buffer.append(details)
    buffer.append(34 as UInt8)
  }
}
