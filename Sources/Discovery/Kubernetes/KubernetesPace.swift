internal import Policy
internal import Primitives

/// When a list or a watch begins anew. Pure: it is told the time.
struct KubernetesPace {
  /// In a row.
  private(set) var failures = 0
  /// Since the last success an expiry was followed at once.
  private var hasExpired = false
  private var random: Random

  private static let backoff = Backoff(base: .seconds(1), maximum: .seconds(60))
  /// What a server may ask for at most.
  static let longestWish = Interval.seconds(300)

  init(seed: UInt64) { random = Random(seed: seed) }

  /// Something has come that was worth beginning for.
  mutating func succeeded() {
    failures = 0
    hasExpired = false
  }

  /// - Parameter wish: of the server (`Retry-After`).
  mutating func failed(now: MonotonicTime, wish: Interval? = nil) -> MonotonicTime {
    failures += 1
    var wait = Self.backoff.steadyDelay(beforeRetry: failures, random: &random).nanoseconds
    if let wish = wish.map({ min($0, Self.longestWish).nanoseconds }), wish > 0 {
      // Later than that, and not all at once.
      wait = max(wait, wish + Int64(random.next(below: Int(wish / 10))))
    }
    return now + Interval(nanoseconds: wait)
  }

  /// A stream has ended or was cut. Nil: it goes on at once, since it was worth something.
  mutating func ended(now: MonotonicTime, began: MonotonicTime, hasTold: Bool) -> MonotonicTime? {
    let lifetime = now - began
    if hasTold || lifetime >= .seconds(60) { succeeded() }
    return hasTold || lifetime >= .seconds(1) ? nil : failed(now: now)
  }

  /// The server has forgotten what came after our version, or takes another token only. Nil: it is asked anew at once,
  /// whatever failed before, but not twice in a row.
  mutating func expired(now: MonotonicTime) -> MonotonicTime? {
    if hasExpired { return failed(now: now) }
    hasExpired = true
    return nil
  }

  /// How long a watch lasts, in seconds, as client-go has it: 5 to 10 minutes.
  mutating func watchTime() -> Int { 300 + random.next(below: 300) }
}
