internal import Primitives

extension FieldID {
  /// The id of a name, whatever its case.
  public init(name: Span<UInt8>) {
    self = Self.find(name, at: 0, count: name.count)
  }

  /// The id of a name, whatever its case, as it would be with `-` for every `_`.
  public init(alias name: Span<UInt8>) {
    self = Self.findAlias(name, at: 0, count: name.count)
  }

  /// The id of the name at a place in the input. Names are compared as whole words of eight bytes: the known ones
  /// fold into constants.
  static func find(_ input: Span<UInt8>, at start: Int, count: Int) -> FieldID {
    if count > 25 { return .other }
    let w0 = Word.lowercased(Word.load(input, start, upTo: count))
    if count <= 8 { return find(count, w0, 0, 0) }
    let w1 = Word.lowercased(Word.load(input, start &+ 8, upTo: count &- 8))
    if count <= 16 { return find(count, w0, w1, 0) }
    let w2 = Word.lowercased(Word.load(input, start &+ 16, upTo: count &- 16))
    // Only one known name is longer than three words.
    if count == 25, input[start &+ 24] | 0x20 != UInt8(ascii: "o") { return .other }
    return find(count, w0, w1, w2)
  }

  /// The id of a name as it would be with `-` for every `_`, as CGI-like applications see it.
  static func findAlias(_ input: Span<UInt8>, at start: Int, count: Int) -> FieldID {
    if count > 25 { return .other }
    var name = InlineArray<25, UInt8>(repeating: 0)
    for i in 0..<count {
      let byte = input[start + i]
      name[i] = byte == UInt8(ascii: "_") ? UInt8(ascii: "-") : byte
    }
    return FieldID(name: name.span.extracting(first: count))
  }

  /// The id of a name of `count` bytes, given as words in lower case with zeros behind it.
  @inline(__always)
  static func find(_ count: Int, _ w0: UInt64, _ w1: UInt64, _ w2: UInt64) -> FieldID {
    if count <= 8 { return find8(count, w0) }
    return count <= 16 ? find16(count, w0, w1) : find25(count, w0, w1, w2)
  }

  private static func find8(_ count: Int, _ w0: UInt64) -> FieldID {
    switch count {
    case 2:
      if w0 == Word.of("te", 0) { return .te }
      if w0 == Word.of("b3", 0) { return .b3 }
    case 3:
      if w0 == Word.of("age", 0) { return .age }
      if w0 == Word.of("via", 0) { return .via }
    case 4:
      if w0 == Word.of("host", 0) { return .host }
      if w0 == Word.of("date", 0) { return .date }
      if w0 == Word.of("vary", 0) { return .vary }
    case 6:
      if w0 == Word.of("expect", 0) { return .expect }
      if w0 == Word.of("cookie", 0) { return .cookie }
      if w0 == Word.of("server", 0) { return .server }
    case 7:
      if w0 == Word.of("trailer", 0) { return .trailer }
      if w0 == Word.of("upgrade", 0) { return .upgrade }
      if w0 == Word.of("expires", 0) { return .expires }
      if w0 == Word.of("baggage", 0) { return .baggage }
    case 8:
      if w0 == Word.of("location", 0) { return .location }
      if w0 == Word.of("cdn-loop", 0) { return .cdnLoop }
    default: break
    }
    return .other
  }

  private static func find16(_ count: Int, _ w0: UInt64, _ w1: UInt64) -> FieldID {
    switch count {
    case 9:
      if w1 == Word.of("forwarded", 1) && w0 == Word.of("forwarded", 0) { return .forwarded }
      if w1 == Word.of("x-real-ip", 1) && w0 == Word.of("x-real-ip", 0) { return .xRealIP }
    case 10:
      if w1 == Word.of("connection", 1) && w0 == Word.of("connection", 0) { return .connection }
      if w1 == Word.of("keep-alive", 1) && w0 == Word.of("keep-alive", 0) { return .keepAlive }
      if w1 == Word.of("set-cookie", 1) && w0 == Word.of("set-cookie", 0) { return .setCookie }
      if w1 == Word.of("user-agent", 1) && w0 == Word.of("user-agent", 0) { return .userAgent }
      if w1 == Word.of("tracestate", 1) && w0 == Word.of("tracestate", 0) { return .tracestate }
      if w1 == Word.of("x-b3-flags", 1) && w0 == Word.of("x-b3-flags", 0) { return .xB3Flags }
    case 11:
      if w1 == Word.of("retry-after", 1) && w0 == Word.of("retry-after", 0) { return .retryAfter }
      if w1 == Word.of("traceparent", 1) && w0 == Word.of("traceparent", 0) { return .traceparent }
      if w1 == Word.of("x-b3-spanid", 1) && w0 == Word.of("x-b3-spanid", 0) { return .xB3SpanID }
      if w1 == Word.of("grpc-status", 1) && w0 == Word.of("grpc-status", 0) { return .grpcStatus }
    case 12:
      if w1 == Word.of("max-forwards", 1) && w0 == Word.of("max-forwards", 0) { return .maxForwards }
      if w1 == Word.of("content-type", 1) && w0 == Word.of("content-type", 0) { return .contentType }
      if w1 == Word.of("proxy-status", 1) && w0 == Word.of("proxy-status", 0) { return .proxyStatus }
      if w1 == Word.of("x-request-id", 1) && w0 == Word.of("x-request-id", 0) { return .xRequestID }
      if w1 == Word.of("x-b3-traceid", 1) && w0 == Word.of("x-b3-traceid", 0) { return .xB3TraceID }
      if w1 == Word.of("x-b3-sampled", 1) && w0 == Word.of("x-b3-sampled", 0) { return .xB3Sampled }
      if w1 == Word.of("grpc-timeout", 1) && w0 == Word.of("grpc-timeout", 0) { return .grpcTimeout }
    case 13:
      if w1 == Word.of("authorization", 1) && w0 == Word.of("authorization", 0) { return .authorization }
      if w1 == Word.of("content-range", 1) && w0 == Word.of("content-range", 0) { return .contentRange }
      if w1 == Word.of("cache-control", 1) && w0 == Word.of("cache-control", 0) { return .cacheControl }
      if w1 == Word.of("uber-trace-id", 1) && w0 == Word.of("uber-trace-id", 0) { return .uberTraceID }
    case 14:
      if w1 == Word.of("content-length", 1) && w0 == Word.of("content-length", 0) { return .contentLength }
      if w1 == Word.of("http2-settings", 1) && w0 == Word.of("http2-settings", 0) { return .http2Settings }
    case 15:
      if w1 == Word.of("x-forwarded-for", 1) && w0 == Word.of("x-forwarded-for", 0) { return .xForwardedFor }
    case 16:
      if w1 == Word.of("proxy-connection", 1) && w0 == Word.of("proxy-connection", 0) {
        return .proxyConnection
      }
      if w1 == Word.of("www-authenticate", 1) && w0 == Word.of("www-authenticate", 0) {
        return .wwwAuthenticate
      }
      if w1 == Word.of("content-encoding", 1) && w0 == Word.of("content-encoding", 0) {
        return .contentEncoding
      }
      if w1 == Word.of("x-forwarded-host", 1) && w0 == Word.of("x-forwarded-host", 0) {
        return .xForwardedHost
      }
      if w1 == Word.of("x-forwarded-port", 1) && w0 == Word.of("x-forwarded-port", 0) {
        return .xForwardedPort
      }
    default: break
    }
    return .other
  }

  private static func find25(_ count: Int, _ w0: UInt64, _ w1: UInt64, _ w2: UInt64) -> FieldID {
    switch count {
    case 17:
      if w2 == Word.of("transfer-encoding", 2) && w1 == Word.of("transfer-encoding", 1)
        && w0 == Word.of("transfer-encoding", 0)
      {
        return .transferEncoding
      }
      if w2 == Word.of("x-forwarded-proto", 2) && w1 == Word.of("x-forwarded-proto", 1)
        && w0 == Word.of("x-forwarded-proto", 0)
      {
        return .xForwardedProto
      }
      if w2 == Word.of("x-b3-parentspanid", 2) && w1 == Word.of("x-b3-parentspanid", 1)
        && w0 == Word.of("x-b3-parentspanid", 0)
      {
        return .xB3ParentSpanID
      }
    case 18:
      if w2 == Word.of("proxy-authenticate", 2) && w1 == Word.of("proxy-authenticate", 1)
        && w0 == Word.of("proxy-authenticate", 0)
      {
        return .proxyAuthenticate
      }
      if w2 == Word.of("x-forwarded-prefix", 2) && w1 == Word.of("x-forwarded-prefix", 1)
        && w0 == Word.of("x-forwarded-prefix", 0)
      {
        return .xForwardedPrefix
      }
    case 19:
      if w2 == Word.of("proxy-authorization", 2) && w1 == Word.of("proxy-authorization", 1)
        && w0 == Word.of("proxy-authorization", 0)
      {
        return .proxyAuthorization
      }
      if w2 == Word.of("authentication-info", 2) && w1 == Word.of("authentication-info", 1)
        && w0 == Word.of("authentication-info", 0)
      {
        return .authenticationInfo
      }
    case 23:
      if w2 == Word.of("x-forwarded-client-cert", 2) && w1 == Word.of("x-forwarded-client-cert", 1)
        && w0 == Word.of("x-forwarded-client-cert", 0)
      {
        return .xForwardedClientCert
      }
    case 25:
      if w2 == Word.of("proxy-authentication-info", 2) && w1 == Word.of("proxy-authentication-info", 1)
        && w0 == Word.of("proxy-authentication-info", 0)
      {
        return .proxyAuthenticationInfo
      }
    default: break
    }
    return .other
  }
}
