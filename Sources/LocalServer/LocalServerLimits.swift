public import HTTP
public import Primitives

/// What one `LocalServer` spends on its clients at most.
public struct LocalServerLimits: Sendable {
  /// Open at a time. One more takes the place of the one that has waited longest without a whole request, or else
  /// of the one that has not read its answer for longest.
  public var connections = 64
  public var http = HTTPLimits()
  /// Bytes of a request's body, which are dropped; a longer one is refused with 413.
  public var bodyBytes: UInt64 = 64 << 10
  /// From a request's first byte to its last.
  public var request = Interval.seconds(10)
  /// Between two requests.
  public var idle = Interval.seconds(60)
  /// Without progress while an answer waits to be read.
  public var stall = Interval.seconds(10)
  /// After the last answer, for the client to take it.
  public var linger = Interval.seconds(1)

  public init() {}
}
