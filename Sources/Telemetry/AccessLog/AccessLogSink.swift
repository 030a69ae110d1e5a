public import HTTP
public import Primitives

/// One worker's end of the access log: collects lines and hands them to the writing thread. The worker never
/// waits and takes no lock; where the output is too slow, whole lines are dropped and counted.
public final class AccessLogSink {
  private let writer: AccessLogWriter
  private let format: AccessLogFormat
  private let handOver: HandOver
  private let limit: Int
  private var pending = Pending()
  /// Lines lost so far.
  public private(set) var dropped: UInt64 = 0

  /// One value, so that a line costs one check of exclusive access.
  private struct Pending: ~Copyable {
    var lines = ByteBuffer()
    var timestamps = TimestampFormatter()
    /// When the oldest line must be on its way.
    var deadline: MonotonicTime?

    mutating func append(
      _ format: borrowing AccessLogFormat, _ entry: borrowing AccessLogEntry,
      _ request: borrowing MessageHead,
      _ response: borrowing MessageHead, _ layout: MetricsLayout, now: MonotonicTime, limit: Int
    ) -> Bool {
      if lines.count >= limit { return false }
      format.append(
        entry, request: request, response: response, layout: layout, timestamps: &timestamps, to: &lines)
      if deadline == nil { deadline = now + AccessLogSink.delay }
      return true
    }
  }

  /// Lines wait for company no longer than this…
  public static var delay: Interval { .milliseconds(100) }
  /// …and for no more bytes than this.
  public static var batch: Int { 32 << 10 }

  /// One sink a worker number (0 ..< the writer's `workers`), used on that worker's thread. `limit` bounds the
  /// bytes that wait here; as many again may be with the writer.
  public init(_ writer: AccessLogWriter, worker: Int, format: AccessLogFormat, limit: Int = 256 << 10) {
    self.writer = writer
    self.format = format
    self.limit = limit
    handOver = writer.handOver(worker: worker)
  }

  /// Adds one exchange's line; false where it had to be dropped. `response` is an empty head where there was none.
  @discardableResult
  public func append(
    _ entry: borrowing AccessLogEntry, request: borrowing MessageHead, response: borrowing MessageHead,
    layout: MetricsLayout, now: MonotonicTime
  ) -> Bool {
    let isKept = pending.append(format, entry, request, response, layout, now: now, limit: limit)
    if !isKept { dropped &+= 1 }
    return isKept
  }

  /// Lines that were handed over but could not be written (disk full, reader gone), since this was last asked.
  public func takeLost() -> Int {
    let count = handOver.takeLost()
    dropped &+= UInt64(count)
    return count
  }

  /// At the end of each turn of the loop: hands lines over when enough wait or the oldest is due. Returns when to
  /// be called again at the latest; nil where nothing waits.
  public func turnEnded(now: MonotonicTime) -> MonotonicTime? {
    guard let deadline = pending.deadline else { return nil }
    if pending.lines.count < Self.batch, now < deadline { return deadline }
    if flush() { return nil }
    let next = now + Self.delay
    pending.deadline = next
    return next
  }

  /// Hands over what there is now; false where the writer is still busy with what it has.
  @discardableResult
  public func flush() -> Bool {
    if pending.lines.isEmpty { return true }
    guard handOver.offer(&pending.lines) else { return false }
    writer.signal()
    pending.deadline = nil
    return true
  }

  /// Hands over the last lines, at the worker's end: before the writer is told to stop. Nothing is added after.
  public func finish() { handOver.finish(&pending.lines) }
}
