/// Everything that Apus itself answers or notes about an exchange: the one list behind local replies, the
/// `Proxy-Status` field, metrics, spans and access logs.
public enum ErrorReason: UInt8, CaseIterable, Sendable {
  /// Nothing went wrong on our side: the status is the endpoint's.
  case none
  // The client's request.
  case malformedRequest, uriTooLong, headersTooLarge, unsupportedVersion, unsupportedCoding
  case unsupportedExpectation
  case connectRefused, headTimeout, bodyTimeout, bodyTooSlow, downstreamLeft, downstreamStalled
  // Finding a place for it.
  case noRoute, tokenMissing, tokenInvalid, tokenKeysMissing, accessDenied, noBackend, noHealthyEndpoint,
    breakerOpen
  case overflowRequests, overflowPending, draining, loopDetected
  // Reaching the endpoint.
  case connectFailed, connectionRefused, connectTimeout
  case tlsCertificateError, tlsAlertReceived, tlsProtocolError
  // The endpoint's answer.
  case requestTimeout, perTryTimeout, idleTimeout
  case upstreamReset, upstreamStreamReset, upstreamGoAway, upstreamClosed, upstreamTruncated
  case upstreamProtocolError, upstreamHeadersTooLarge, upstreamCoding, upgradeFailed
  // Ourselves.
  case outOfDescriptors, internalError
}
