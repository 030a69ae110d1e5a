/// What a worker counts about itself. Gauges go up and down by `add` and `subtract`.
public enum WorkerCounter: Int, CaseIterable, Sendable {
  /// Connections taken from listeners.
  case accepted
  /// Connections open now (gauge).
  case downstreamConnections
  /// Accepted and closed at once.
  case refusedConnections
  /// Requests of HTTP/2 that were reset with REFUSED_STREAM: beyond the streams, heads or narrow windows allowed.
  case refusedStreams
  /// Times that no descriptor, or no memory for a socket, was left: to accept, and to connect to an endpoint.
  case acceptExhausted, connectExhausted
  /// Bytes read from and written to clients.
  case downstreamBytesReceived, downstreamBytesSent
  /// Bytes read from and written to endpoints.
  case upstreamBytesReceived, upstreamBytesSent
  /// Exchanges in flight (gauge).
  case exchanges
  /// Tunnels after an Upgrade, and opaque TCP connections, open now (gauge).
  case tunnels
  /// Clients' TLS handshakes under way (gauge).
  case handshakes
  /// TLS handshakes that came to their end: with clients and with endpoints, whole ones and resumed sessions.
  case handshakesFull, handshakesResumed, upstreamHandshakesFull, upstreamHandshakesResumed
  /// Connections that began with TLS where a listener speaks plain HTTP.
  case tlsOnPlainListener
  /// Turns of the event loop.
  case loopTurns
  /// Access log lines dropped because their reader was too slow.
  case accessLogDropped
  /// Spans dropped because nobody collected them in time.
  case spansDropped
  /// Bearer tokens whose signature was verified, that were known from before, and that were refused.
  case tokensVerified, tokensKnown, tokensRefused
}
