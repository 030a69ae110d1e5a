public import Policy
public import Primitives

/// What is written of a service, but for its name, its endpoints and its TLS.
public struct ServiceSettings: Sendable, Equatable {
  public var balancing = Balancing.roundRobin
  /// For `Balancing.ringHash`.
  public var hashKey = HashKey.sourceAddress
  /// Zero: none.
  public var connectTimeout = Timeouts().connect
  /// How long a pooled connection is kept between requests. Zero: for ever.
  public var idleTimeout = Timeouts().upstreamIdle
  /// Of connections to the endpoints.
  public var lifetime = ConnectionLifetime()
  public var `protocol` = ServiceProtocol.http1
  public var http2 = HTTP2Options()
  public var limits = ServiceLimits()
  /// Nil: none.
  public var breaker: CircuitBreaker.Settings?

  public init() {}
}
