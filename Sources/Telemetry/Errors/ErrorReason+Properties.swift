extension ErrorReason {
  /// The status of our reply, where one can still be sent; 0 for `none`, 499 (logs only) where the client left or takes
  /// nothing.
  public var status: Int {
    switch self {
    case .none: 0
    case .malformedRequest: 400
    case .tokenMissing, .tokenInvalid: 401
    case .accessDenied: 403
    case .noRoute: 404
    case .headTimeout, .bodyTimeout, .bodyTooSlow: 408
    case .uriTooLong: 414
    case .unsupportedExpectation: 417
    case .headersTooLarge: 431
    case .downstreamLeft, .downstreamStalled: 499
    // Gateway API: a rule without a usable backend answers 500.
    case .noBackend, .internalError: 500
    case .unsupportedCoding, .connectRefused: 501
    case .unsupportedVersion: 505
    case .upstreamReset, .upstreamStreamReset, .upstreamGoAway, .upstreamClosed, .upstreamTruncated,
      .upstreamProtocolError, .upstreamHeadersTooLarge,
      .upstreamCoding, .upgradeFailed, .tlsCertificateError,
      .tlsAlertReceived, .tlsProtocolError:
      502
    case .noHealthyEndpoint, .breakerOpen, .overflowRequests, .overflowPending,
      .draining,
      .connectFailed, .connectionRefused, .outOfDescriptors, .tokenKeysMissing:
      503
    case .connectTimeout, .requestTimeout, .perTryTimeout, .idleTimeout: 504
    case .loopDetected: 508
    }
  }

  /// RFC 9209, section 2.3: the registered type for `Proxy-Status`' `error` parameter.
  public var proxyError: StaticString {
    switch self {
    case .none: "proxy_internal_response"
    case .malformedRequest, .uriTooLong, .headersTooLarge, .unsupportedVersion,
      .unsupportedCoding,
      .unsupportedExpectation, .connectRefused, .headTimeout, .bodyTimeout, .bodyTooSlow,
      .downstreamLeft:
      "http_request_error"
    case .downstreamStalled: "connection_write_timeout"
    case .noRoute: "destination_not_found"
    case .tokenMissing, .tokenInvalid, .accessDenied: "http_request_denied"
    case .noBackend: "proxy_configuration_error"
    case .noHealthyEndpoint, .breakerOpen, .connectFailed: "destination_unavailable"
    case .overflowRequests, .overflowPending: "connection_limit_reached"
    case .draining, .tokenKeysMissing: "proxy_internal_response"
    case .loopDetected: "proxy_loop_detected"
    case .connectionRefused: "connection_refused"
    case .connectTimeout: "connection_timeout"
    case .tlsCertificateError: "tls_certificate_error"
    case .tlsAlertReceived: "tls_alert_received"
    case .tlsProtocolError: "tls_protocol_error"
    case .requestTimeout, .perTryTimeout: "http_response_timeout"
    case .idleTimeout: "connection_read_timeout"
    // It has no type for a stream: its details say that only that has ended.
    case .upstreamReset, .upstreamStreamReset, .upstreamGoAway, .upstreamClosed: "connection_terminated"
    case .upstreamTruncated: "http_response_incomplete"
    case .upstreamProtocolError: "http_protocol_error"
    case .upstreamHeadersTooLarge: "http_response_header_section_size"
    case .upstreamCoding: "http_response_transfer_coding"
    case .upgradeFailed: "http_upgrade_failed"
    case .outOfDescriptors, .internalError: "proxy_internal_error"
    }
  }

  /// A short sentence for people: the reply's body and `Proxy-Status`' `details`. ASCII without quotes.
  public var details: StaticString {
    switch self {
    case .none: "no error"
    case .malformedRequest: "malformed request"
    case .uriTooLong: "request target too long"
    case .headersTooLarge: "request header fields too large"
    case .unsupportedVersion: "HTTP version not supported"
    case .unsupportedCoding: "transfer coding not supported"
    case .unsupportedExpectation: "expectation not supported"
    case .connectRefused: "CONNECT is not allowed here"
    case .headTimeout: "request head not complete in time"
    case .bodyTimeout: "request body not complete in time"
    case .bodyTooSlow: "request body came too slowly"
    case .downstreamLeft: "client closed the connection"
    case .downstreamStalled: "client took nothing of the answer for exchangeIdle"
    case .noRoute: "no route matches the request"
    case .tokenMissing: "bearer token missing"
    case .tokenInvalid: "bearer token refused"
    case .tokenKeysMissing: "keys of the token issuer are not there yet"
    case .accessDenied: "access denied"
    case .noBackend: "the matching rule has no backend"
    case .noHealthyEndpoint: "no endpoint available"
    case .breakerOpen: "circuit breaker open"
    case .overflowRequests: "too many requests to the service"
    case .overflowPending: "too many requests waiting for the service"
    case .draining: "shutting down"
    case .loopDetected: "request has come back to this proxy too often"
    case .connectFailed: "connection to the endpoint failed"
    case .connectionRefused: "connection refused by the endpoint"
    case .connectTimeout: "connecting to the endpoint took too long"
    case .tlsCertificateError: "TLS: the certificate of the endpoint is not accepted"
    case .tlsAlertReceived: "TLS: the endpoint has sent an alert"
    case .tlsProtocolError: "TLS: the handshake with the endpoint failed"
    case .requestTimeout: "request timeout"
    case .perTryTimeout: "attempt timeout"
    case .idleTimeout: "endpoint sent nothing for too long"
    case .upstreamReset: "connection reset by the endpoint"
    case .upstreamStreamReset: "endpoint reset the stream"
    case .upstreamGoAway: "endpoint closed the connection before it took the request"
    case .upstreamClosed: "endpoint closed the connection before answering"
    case .upstreamTruncated: "response ended too early"
    case .upstreamProtocolError: "malformed response from the endpoint"
    case .upstreamHeadersTooLarge: "response header fields too large"
    case .upstreamCoding: "response transfer coding not supported"
    case .upgradeFailed: "endpoint did not switch protocols"
    case .outOfDescriptors: "no file descriptor left to connect to the endpoint"
    case .internalError: "internal error"
    }
  }

  /// For labels and log fields: lower case with underscores; `none` for none.
  public var name: StaticString {
    switch self {
    case .none: "none"
    case .malformedRequest: "malformed_request"
    case .uriTooLong: "uri_too_long"
    case .headersTooLarge: "headers_too_large"
    case .unsupportedVersion: "unsupported_version"
    case .unsupportedCoding: "unsupported_coding"
    case .unsupportedExpectation: "unsupported_expectation"
    case .connectRefused: "connect_refused"
    case .headTimeout: "head_timeout"
    case .bodyTimeout: "body_timeout"
    case .bodyTooSlow: "body_too_slow"
    case .downstreamLeft: "downstream_left"
    case .downstreamStalled: "downstream_stalled"
    case .noRoute: "no_route"
    case .tokenMissing: "token_missing"
    case .tokenInvalid: "token_invalid"
    case .tokenKeysMissing: "token_keys_missing"
    case .accessDenied: "access_denied"
    case .noBackend: "no_backend"
    case .noHealthyEndpoint: "no_healthy_endpoint"
    case .breakerOpen: "breaker_open"
    case .overflowRequests: "overflow_requests"
    case .overflowPending: "overflow_pending"
    case .draining: "draining"
    case .loopDetected: "loop_detected"
    case .connectFailed: "connect_failed"
    case .connectionRefused: "connection_refused"
    case .connectTimeout: "connect_timeout"
    case .tlsCertificateError: "tls_certificate_error"
    case .tlsAlertReceived: "tls_alert_received"
    case .tlsProtocolError: "tls_protocol_error"
    case .requestTimeout: "request_timeout"
    case .perTryTimeout: "per_try_timeout"
    case .idleTimeout: "idle_timeout"
    case .upstreamReset: "upstream_reset"
    case .upstreamStreamReset: "upstream_stream_reset"
    case .upstreamGoAway: "upstream_go_away"
    case .upstreamClosed: "upstream_closed"
    case .upstreamTruncated: "upstream_truncated"
    case .upstreamProtocolError: "upstream_protocol_error"
    case .upstreamHeadersTooLarge: "upstream_headers_too_large"
    case .upstreamCoding: "upstream_coding"
    case .upgradeFailed: "upgrade_failed"
    case .outOfDescriptors: "out_of_descriptors"
    case .internalError: "internal_error"
    }
  }

  /// Envoy's response flag, for format strings; `-` where it has none.
  public var flag: StaticString {
    switch self {
    // Envoy has none for what its filters for tokens and access refuse.
    case .none, .tokenMissing, .tokenInvalid, .tokenKeysMissing, .accessDenied: "-"
    case .malformedRequest, .uriTooLong, .headersTooLarge, .unsupportedVersion,
      .unsupportedCoding,
      .unsupportedExpectation, .connectRefused:
      "DPE"
    case .headTimeout, .bodyTimeout, .bodyTooSlow: "DT"
    case .downstreamLeft: "DC"
    case .noRoute: "NR"
    case .noBackend: "NC"
    case .noHealthyEndpoint: "UH"
    case .breakerOpen, .overflowRequests, .overflowPending: "UO"
    case .connectFailed, .connectionRefused, .connectTimeout, .tlsCertificateError, .tlsAlertReceived,
      .tlsProtocolError:
      "UF"
    case .requestTimeout, .perTryTimeout: "UT"
    case .downstreamStalled, .idleTimeout: "SI"
    case .upstreamReset, .upstreamStreamReset, .upstreamGoAway: "UR"
    case .upstreamClosed, .upstreamTruncated: "UC"
    case .upstreamProtocolError, .upstreamHeadersTooLarge, .upstreamCoding, .upgradeFailed: "UPE"
    case .outOfDescriptors: "OM"
    case .draining, .loopDetected, .internalError: "LR"
    }
  }

  /// Whether the fault lies with the service behind us or the way there, not with the client or ourselves.
  public var isUpstream: Bool {
    rawValue >= Self.connectFailed.rawValue && rawValue <= Self.upgradeFailed.rawValue
  }
}
