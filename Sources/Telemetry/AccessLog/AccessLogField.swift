/// What can stand in an access log line.
internal enum AccessLogField: UInt8, CaseIterable {
  /// Text between operators, not a value.
  case literal
  case startTime, method, target, version, authority, forwardedFor, userAgent, requestID, requestHeader
  case status, grpcStatus, responseHeader
  case flags, reason, details, attempts
  case bytesReceived, bytesSent
  case duration, waiting, connecting, upstream, backoff
  case route, rule, service, endpoint
  case traceID, spanID, sampled
  case peer, peerHost, identity
  case authorization, authorizationRule
  case tlsVersion, tlsCipher, serverName, peerIdentity, peerSubject
  case upstreamTLSVersion, upstreamIdentity, upstreamSubject

  /// The operator in a format string: Envoy's names where Envoy has one, our own beyond. Nil where it takes an
  /// argument or is none.
  var operatorName: String? {
    switch self {
    case .literal, .requestHeader, .responseHeader, .method, .target, .authority, .forwardedFor, .userAgent,
      .requestID:
      nil
    case .startTime: "START_TIME"
    case .version: "PROTOCOL"
    case .status: "RESPONSE_CODE"
    case .grpcStatus: "GRPC_STATUS_NUMBER"
    case .flags: "RESPONSE_FLAGS"
    case .reason: "RESPONSE_CODE_DETAILS"
    case .details: "REASON"
    case .attempts: "UPSTREAM_REQUEST_ATTEMPT_COUNT"
    case .bytesReceived: "BYTES_RECEIVED"
    case .bytesSent: "BYTES_SENT"
    case .duration: "DURATION"
    case .waiting: "WAITING_DURATION"
    case .connecting: "CONNECTING_DURATION"
    case .upstream: "UPSTREAM_DURATION"
    case .backoff: "BACKOFF_DURATION"
    case .route: "ROUTE_NAME"
    case .rule: "RULE_NAME"
    case .service: "UPSTREAM_CLUSTER"
    case .endpoint: "UPSTREAM_HOST"
    case .traceID: "TRACE_ID"
    case .spanID: "SPAN_ID"
    case .sampled: "TRACE_SAMPLED"
    case .peer: "DOWNSTREAM_REMOTE_ADDRESS"
    case .peerHost: "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"
    case .identity: "DOWNSTREAM_PEER_IDENTITY"
    case .authorization: "AUTHORIZATION"
    case .authorizationRule: "AUTHORIZATION_RULE"
    case .tlsVersion: "DOWNSTREAM_TLS_VERSION"
    case .tlsCipher: "DOWNSTREAM_TLS_CIPHER"
    case .serverName: "REQUESTED_SERVER_NAME"
    case .peerIdentity: "DOWNSTREAM_PEER_URI_SAN"
    case .peerSubject: "DOWNSTREAM_PEER_SUBJECT"
    case .upstreamTLSVersion: "UPSTREAM_TLS_VERSION"
    case .upstreamIdentity: "UPSTREAM_PEER_URI_SAN"
    case .upstreamSubject: "UPSTREAM_PEER_SUBJECT"
    }
  }

  /// The key in a JSON line, in the order of cases; nil where it does not stand there.
  var jsonKey: StaticString? {
    switch self {
    case .literal, .requestHeader, .responseHeader, .peerHost: nil
    case .startTime: "time"
    case .method: "method"
    case .target: "path"
    case .version: "protocol"
    case .authority: "authority"
    case .forwardedFor: "x_forwarded_for"
    case .userAgent: "user_agent"
    case .requestID: "request_id"
    case .status: "status"
    case .grpcStatus: "grpc_status"
    case .flags: "flags"
    case .reason: "reason"
    case .details: "details"
    case .attempts: "attempts"
    case .bytesReceived: "bytes_received"
    case .bytesSent: "bytes_sent"
    case .duration: "duration_ms"
    case .waiting: "waiting_ms"
    case .connecting: "connecting_ms"
    case .upstream: "upstream_ms"
    case .backoff: "backoff_ms"
    case .route: "route"
    case .rule: "rule"
    case .service: "service"
    case .endpoint: "endpoint"
    case .traceID: "trace_id"
    case .spanID: "span_id"
    case .sampled: "sampled"
    case .peer: "peer"
    case .identity: "peer_identity"
    case .authorization: "authorization"
    case .authorizationRule: "authorization_rule"
    case .tlsVersion: "tls_version"
    case .tlsCipher: "tls_cipher"
    case .serverName: "sni"
    case .peerIdentity: "peer_uri_san"
    case .peerSubject: "peer_subject"
    case .upstreamTLSVersion: "upstream_tls_version"
    case .upstreamIdentity: "upstream_peer_uri_san"
    case .upstreamSubject: "upstream_peer_subject"
    }
  }
}
