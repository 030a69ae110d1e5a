internal import Primitives

/// Counts frames that cost us and carry nothing, and forgives so many a second: a token bucket.
struct HTTP2GlitchMeter {
  private let burst: Int64
  /// Nanoseconds until one is forgiven.
  private let period: Int64
  private var count: Int64 = 0
  private var forgivenUntil: MonotonicTime?

  init(burst: Int, rate: Int) {
    self.burst = Int64(burst)
    period = 1_000_000_000 / Int64(max(1, rate))
  }

  mutating func forgive(_ now: MonotonicTime) {
    guard let since = forgivenUntil else { return forgivenUntil = now }
    let forgiven = (now - since).nanoseconds / period
    if forgiven <= 0 { return }
    count = max(0, count - forgiven)
    forgivenUntil = since + .nanoseconds(forgiven * period)
  }

  /// False where the budget is used up.
  mutating func add(_ cost: Int) -> Bool {
    count += Int64(cost)
    return count <= burst
  }

  /// Useful work was done: something of the budget comes back.
  mutating func refund() { if count > 0 { count -= 1 } }
}
