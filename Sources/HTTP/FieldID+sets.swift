// Each of these becomes one test of a bit.
extension FieldID {
  /// Says how a message is framed or routed; a decoder reads it while it comes.
  @inline(__always)
  var isReadByDecoder: Bool {
    switch self {
    case .contentLength, .transferEncoding, .connection, .host, .upgrade, .expect: true
    default: false
    }
  }

  /// What else is read of an HTTP/2 message while it comes.
  @inline(__always)
  var isReadInHTTP2: Bool {
    switch self {
    case .te, .cookie, .keepAlive, .proxyConnection: true
    default: false
    }
  }

  /// Must not come in HTTP/2 (RFC 9113, section 8.2.2). `te` may, with `trailers`.
  @inline(__always)
  var isConnectionSpecific: Bool {
    switch self {
    case .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade: true
    default: false
    }
  }

  /// Does not go out in HTTP/2: made anew from the framing, or of no meaning there. Host becomes `:authority`.
  @inline(__always)
  var isLeftOutInHTTP2: Bool {
    switch self {
    case .contentLength, .transferEncoding, .connection, .keepAlive, .proxyConnection, .http2Settings,
      .upgrade,
      .host:
      true
    default: false
    }
  }

  /// Has another value in every message, so that tables of HPACK are of no use to it.
  @inline(__always)
  var isUnique: Bool {
    switch self {
    case .traceparent, .tracestate, .b3, .xB3TraceID, .xB3SpanID, .xB3ParentSpanID, .uberTraceID, .xRequestID,
      .grpcTimeout:
      true
    default: false
    }
  }

  /// Made anew by encoders, never copied.
  @inline(__always)
  var isRegenerated: Bool {
    switch self {
    case .contentLength, .transferEncoding, .connection, .keepAlive, .proxyConnection, .http2Settings: true
    default: false
    }
  }

  /// For one hop (RFC 9110 §7.6.1), whether `Connection` names it or not.
  @inline(__always)
  var isHopByHop: Bool { FieldIDSet.hopByHop.contains(self) }

  /// `Connection` cannot take it out: else a client could hide from the next hop what this one saw.
  @inline(__always)
  var isKeptFromConnection: Bool {
    switch self {
    case .host, .contentLength, .transferEncoding, .authorization, .wwwAuthenticate, .authenticationInfo,
      .cookie, .setCookie, .contentType, .contentEncoding, .contentRange, .cacheControl, .date, .location,
      .forwarded, .via, .cdnLoop, .xForwardedFor, .xForwardedProto, .xForwardedHost, .xForwardedPort,
      .xForwardedPrefix, .xForwardedClientCert, .xRealIP, .xRequestID, .expect, .maxForwards:
      true
    default: false
    }
  }

  /// Must not come in trailers (RFC 9110 §6.5.1): framing, routing, credentials, modifiers, and what says how the
  /// body is to be read.
  @inline(__always)
  var isForbiddenInTrailers: Bool {
    switch self {
    case .host, .contentLength, .transferEncoding, .connection, .keepAlive, .proxyConnection, .te,
      .trailer, .upgrade, .expect, .http2Settings, .maxForwards, .authorization, .proxyAuthorization,
      .proxyAuthenticate, .proxyAuthenticationInfo, .wwwAuthenticate, .authenticationInfo, .cookie,
      .setCookie, .date, .contentType, .contentEncoding, .contentRange, .cacheControl, .age, .expires,
      .location, .vary, .retryAfter, .forwarded, .via, .cdnLoop, .xForwardedFor, .xForwardedProto,
      .xForwardedHost, .xForwardedPort, .xForwardedPrefix, .xForwardedClientCert, .xRealIP:
      true
    default: false
    }
  }
}

extension FieldIDSet {
  /// See `FieldID.isHopByHop`.
  @inline(__always)
  static var hopByHop: Self {
    let connection: Self =
      of(.connection) | of(.keepAlive) | of(.proxyConnection) | of(.upgrade) | of(.http2Settings)
    let proxy: Self = of(.proxyAuthenticate) | of(.proxyAuthorization) | of(.proxyAuthenticationInfo)
    return connection | proxy | of(.te) | of(.trailer) | of(.transferEncoding)
  }

  /// What each request gets from the proxy itself, in its head: which request it is, and in which trace.
  @inline(__always)
  static var ownInRequests: Self {
    let b3: Self =
      of(.b3) | of(.xB3TraceID) | of(.xB3SpanID) | of(.xB3ParentSpanID) | of(.xB3Sampled) | of(.xB3Flags)
    return b3 | of(.xRequestID) | of(.traceparent) | of(.tracestate) | of(.uberTraceID)
  }

  /// What the proxies in front of us say of the client.
  public static var forwarding: Self {
    @inlinable @inline(__always)
    get {
      let list: Self = of(.xForwardedFor) | of(.xForwardedProto) | of(.xForwardedHost) | of(.xForwardedPort)
      return list | of(.xForwardedPrefix) | of(.xForwardedClientCert) | of(.xRealIP) | of(.forwarded)
    }
  }
}
