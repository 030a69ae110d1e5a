public import HTTP
public import Primitives

/// What one `HTTPClient` holds at most.
public struct ClientLimits: Sendable {
  /// Connections that are open or being made. A call beyond takes the place of one that lies idle, or fails.
  public var connections = 64
  /// Of those the ones of HTTP/1 that lie idle, of all origins together. One of HTTP/2 is there for all calls to its
  /// origin.
  public var idle = 8
  /// How long one may lie idle: less than servers do as a rule, so that few have grown stale when they are used.
  public var idleTime = Interval.seconds(30)
  public var http = HTTPLimits()
  public var http2 = HTTP2Settings()

  public init() {}
}
