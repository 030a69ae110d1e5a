/// A worker's recorded spans until an exporter takes them: the newest up to a bound. Memory is taken with the first
/// span, so that a proxy that records none holds none. Not thread-safe: the worker hands batches over.
public struct SpanBuffer {
  private var spans: [SpanRecord] = []
  private var next = 0
  public let capacity: Int
  /// Spans overwritten before anybody took them.
  public private(set) var dropped: UInt64 = 0

  /// OpenTelemetry's queue holds 2048 by default.
  public init(capacity: Int = 2048) { self.capacity = max(1, capacity) }

  public var count: Int { spans.count }

  /// Keeps a span; the oldest gives way where the buffer is full.
  public mutating func append(_ span: SpanRecord) {
    if spans.count < capacity {
      if spans.isEmpty { spans.reserveCapacity(capacity) }
      spans.append(span)
      return
    }
    spans[next] = span
    next = next + 1 == capacity ? 0 : next + 1
    dropped &+= 1
  }

  /// Hands all spans over, the oldest first, and forgets them; the memory stays.
  public mutating func drain(_ body: (SpanRecord) -> Void) {
    for index in spans.indices { body(spans[(next + index) % spans.count]) }
    spans.removeAll(keepingCapacity: true)
    next = 0
  }
}
