public import Primitives

/// One recorded span as numbers only: names come from the metrics' layout.
public struct SpanRecord: Sendable {
  public enum Kind: UInt8, Sendable {
    /// The whole exchange, as the client sees it.
    case server
    /// One attempt at an endpoint.
    case client
  }

  public var traceHigh: UInt64
  public var traceLow: UInt64
  public var span: UInt64
  /// 0: the trace's first span.
  public var parent: UInt64
  /// Nanoseconds since the Unix epoch.
  public var start: Int64
  public var duration: Interval
  /// Numbers of the layout; -1 for none.
  public var rule: Int32 = -1
  public var service: Int32 = -1
  public var endpoint: Int32 = -1
  /// 0 where there was none.
  public var status: UInt16 = 0
  public var kind: Kind
  /// The first is 0: OpenTelemetry's `http.request.resend_count`.
  public var attempt: UInt8 = 0
  public var reason = ErrorReason.none
  /// `Method`'s raw value in `HTTP`; 255 for one that has none.
  public var method: UInt8 = 255

  /// The exchange's own span.
  public init(server context: TraceContext, start: Int64, duration: Interval) {
    traceHigh = context.traceHigh
    traceLow = context.traceLow
    span = context.span
    parent = context.parent
    self.start = start
    self.duration = duration
    kind = .server
  }

  /// An attempt's span: `span` is what was injected into it.
  public init(attempt: Int, span: UInt64, of context: TraceContext, start: Int64, duration: Interval) {
    traceHigh = context.traceHigh
    traceLow = context.traceLow
    self.span = span
    parent = context.span
    self.start = start
    self.duration = duration
    kind = .client
    self.attempt = UInt8(clamping: attempt)
  }
}
