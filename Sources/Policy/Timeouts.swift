public import Primitives

/// How long each part of an exchange may take. `Interval.zero` turns a timeout off.
public struct Timeouts: Sendable, Equatable {
  /// From a connection's first byte, or the end of the request before, to the end of a request's head; then 408.
  public var head = Interval.seconds(10)
  /// How far a request's body may fall behind its least rate (`MinimumRate`); then 408.
  public var body = MinimumRate().grace
  /// From a request's last byte to the head of its response, retries and back-off included; then 504. Where a rule says
  /// it (`RouteTimeouts`), to the response's end. Envoy's default.
  public var request = Interval.seconds(15)
  /// One attempt, from its beginning to the head of its response, as Envoy's `per_try_timeout`: what has begun to go out
  /// cannot be tried again. Off by default. Shorter than `request`.
  public var perTry = Interval.zero
  /// Opening a connection to an endpoint. Envoy's default.
  public var connect = Interval.seconds(5)
  /// Without a byte in either direction within an exchange or from a peer that does not read. Envoy's stream idle.
  public var exchangeIdle = Interval.seconds(300)
  /// A client's kept-alive connection between requests. Envoy's default.
  public var downstreamIdle = Interval.seconds(3600)
  /// A pooled connection to an endpoint between requests. As nginx, not Envoy's hour: most servers close after
  /// 5 to 75 s, and whoever keeps a connection longer than its server only loses races.
  public var upstreamIdle = Interval.seconds(60)
  /// A tunnel (101) without a byte in either direction. Envoy's TCP proxy.
  public var tunnelIdle = Interval.seconds(3600)
  /// After a refusal: how long the rest of the request is read and dropped, so that the client sees the answer
  /// and not a reset. Envoy's delayed close.
  public var lingeringClose = Interval.seconds(1)
  /// What is in flight may finish in this time after SIGTERM.
  public var drain = Interval.seconds(30)
  /// For how long a process that starts waits until every source has answered; then it serves with what it knows. Envoy's
  /// `initial_fetch_timeout`.
  public var discovery = Interval.seconds(15)

  public init() {}
}
