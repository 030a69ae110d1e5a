public import HTTP
public import Identity
public import Policy
public import Primitives
public import Reactor

/// What an access log line says about one exchange, besides its heads. Numbers and ranges only, but
/// for the peer's identity.
public struct AccessLogEntry: Sendable {
  /// When the request's first byte came, in nanoseconds since the Unix epoch.
  public var start: Int64
  /// The request target as it was received, a range of the request head.
  public var target: ByteRange
  /// What the client got; 0 where it got nothing.
  public var status = 0
  /// How a gRPC call ended; nil where it was none.
  public var grpc: GRPCCode?
  public var reason = ErrorReason.none
  /// More precise than the reason's own words.
  public var details: StaticString?
  /// Every attempt that the policy allowed failed (Envoy's flag URX).
  public var retriesExhausted = false
  /// Bytes of the bodies, from the client and to it.
  public var bytesReceived: UInt64 = 0
  public var bytesSent: UInt64 = 0
  /// How often an endpoint was chosen for the request; 0 where none was. That a request is repeated at once because its
  /// kept-alive connection turned out to be closed is no retry in the sense of policies and limits, but it counts here:
  /// the request was sent once more (as in OpenTelemetry's `http.request.resend_count`).
  public var attempts = 0
  /// The whole exchange, from the request's first byte to the last one of the response.
  public var duration = Interval.zero
  /// Where the time went, over all attempts: for a place within limits, for a connection, for the endpoint's
  /// answer, between attempts.
  public var waiting = Interval.zero
  public var connecting = Interval.zero
  public var upstream = Interval.zero
  public var backoff = Interval.zero
  /// Numbers of the layout; -1 for none.
  public var rule = -1
  public var service = -1
  public var endpoint = -1
  public var trace: TraceContext?
  public var peer: SocketAddress
  /// Of the peer, where it has shown a certificate that was verified.
  public var identity: PeerIdentity?
  /// What the rules of authorization have said; nil where there are none.
  public var authorization: AuthorizationVerdict?
  /// Nil where the client speaks plain HTTP.
  public var tls: TLSDetails?
  /// The same of the last attempt's endpoint.
  public var upstreamTLS: TLSDetails?

  public init(start: Int64, target: ByteRange, peer: SocketAddress) {
    self.start = start
    self.target = target
    self.peer = peer
  }
}
