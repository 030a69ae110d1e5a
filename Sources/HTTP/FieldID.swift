/// The header names that the proxy treats specially. Every other name is `.other`.
///
/// Fewer than 64 cases, so that a set of them is one word (see `FieldIDSet`).
public enum FieldID: UInt8, Sendable, CaseIterable {
  case other
  // Routing and framing
  case host, contentLength, transferEncoding, connection, keepAlive, proxyConnection, te, trailer, upgrade,
    expect
  case http2Settings, maxForwards
  // Credentials and challenges
  case authorization, proxyAuthorization, proxyAuthenticate, proxyAuthenticationInfo, wwwAuthenticate
  case authenticationInfo, cookie, setCookie
  // About the message
  case date, server, userAgent, contentType, contentEncoding, contentRange, cacheControl, age, expires,
    location
  case vary, retryAfter, proxyStatus
  // Who forwarded
  case forwarded, via, cdnLoop, xForwardedFor, xForwardedProto, xForwardedHost, xForwardedPort,
    xForwardedPrefix, xForwardedClientCert
  case xRealIP, xRequestID
  // Tracing
  case traceparent, tracestate, baggage, b3, xB3TraceID, xB3SpanID, xB3ParentSpanID, xB3Sampled, xB3Flags
  case uberTraceID
  // gRPC
  case grpcTimeout, grpcStatus

  /// The name in lower case; empty for `.other`.
  public var name: StaticString {
    switch self {
    case .other: ""
    case .host: "host"
    case .contentLength: "content-length"
    case .transferEncoding: "transfer-encoding"
    case .connection: "connection"
    case .keepAlive: "keep-alive"
    case .proxyConnection: "proxy-connection"
    case .te: "te"
    case .trailer: "trailer"
    case .upgrade: "upgrade"
    case .expect: "expect"
    case .http2Settings: "http2-settings"
    case .maxForwards: "max-forwards"
    case .authorization: "authorization"
    case .proxyAuthorization: "proxy-authorization"
    case .proxyAuthenticate: "proxy-authenticate"
    case .proxyAuthenticationInfo: "proxy-authentication-info"
    case .wwwAuthenticate: "www-authenticate"
    case .authenticationInfo: "authentication-info"
    case .cookie: "cookie"
    case .setCookie: "set-cookie"
    case .date: "date"
    case .server: "server"
    case .userAgent: "user-agent"
    case .contentType: "content-type"
    case .contentEncoding: "content-encoding"
    case .contentRange: "content-range"
    case .cacheControl: "cache-control"
    case .age: "age"
    case .expires: "expires"
    case .location: "location"
    case .vary: "vary"
    case .retryAfter: "retry-after"
    case .proxyStatus: "proxy-status"
    case .forwarded: "forwarded"
    case .via: "via"
    case .cdnLoop: "cdn-loop"
    case .xForwardedFor: "x-forwarded-for"
    case .xForwardedProto: "x-forwarded-proto"
    case .xForwardedHost: "x-forwarded-host"
    case .xForwardedPort: "x-forwarded-port"
    case .xForwardedPrefix: "x-forwarded-prefix"
    case .xForwardedClientCert: "x-forwarded-client-cert"
    case .xRealIP: "x-real-ip"
    case .xRequestID: "x-request-id"
    case .traceparent: "traceparent"
    case .tracestate: "tracestate"
    case .baggage: "baggage"
    case .b3: "b3"
    case .xB3TraceID: "x-b3-traceid"
    case .xB3SpanID: "x-b3-spanid"
    case .xB3ParentSpanID: "x-b3-parentspanid"
    case .xB3Sampled: "x-b3-sampled"
    case .xB3Flags: "x-b3-flags"
    case .uberTraceID: "uber-trace-id"
    case .grpcTimeout: "grpc-timeout"
    case .grpcStatus: "grpc-status"
    }
  }
}
