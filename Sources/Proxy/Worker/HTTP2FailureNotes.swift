internal import HTTP
internal import Primitives
internal import Telemetry

/// A limit to log lines for each rule that peers may break, apart for clients and for endpoints, and for endpoints that
/// have fallen silent.
struct HTTP2FailureNotes {
  /// Made when the first one is needed.
  private var limiters: [LogLimiter] = []
  var silence = LogLimiter()

  /// Nil: keep silent. Else how many of the kind were held back since the last line.
  mutating func admit(_ error: HTTP2ConnectionError, upstream: Bool, now: MonotonicTime) -> UInt64? {
    let count = HTTP2ConnectionError.allCases.count
    if limiters.isEmpty { limiters = Array(repeating: LogLimiter(), count: 2 * count) }
    return limiters[(upstream ? count : 0) + Int(error.rawValue)].admit(now: now)
  }
}
