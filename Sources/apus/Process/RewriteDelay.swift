internal import Policy
internal import Primitives

/// How long until a file that could not be written is tried again: a full disk is emptied some time, and nothing that
/// is kept there need change for that.
struct RewriteDelay {
  private static let backoff = Backoff(base: .seconds(2), maximum: .seconds(30))
  private var failures = 0

  /// Twice as long each time, and half a minute at most.
  mutating func next() -> Interval {
    failures += 1
    return Self.backoff.bound(beforeRetry: failures)
  }
}
