internal import Primitives

/// A token bucket for `HTTP2Glitch`es: so many at once, so many a second; and useful work earns some back.
///
/// A new connection has a quarter of the burst, and time and work bring it the rest. So whoever comes back again and again
/// can have little done each time, for what a connection costs him.
///
/// What earns is what a peer cannot have for less than it costs us: DATA that it took from us, out of the window that
/// it granted. Each such frame may rightly be answered by two window updates and a PING. Pure: time is an argument.
struct HTTP2GlitchMeter {
  /// Glitches that the work of one DATA frame pays for.
  static let earning = 3

  private let burst: Int
  private let rate: Int
  private var left: Int
  /// Nil until the first call of `refill`.
  private var filled: MonotonicTime?
  /// What each kind has taken.
  private var taken = InlineArray<12, Int>(repeating: 0)

  /// `rate` a second.
  init(burst: Int, rate: Int) {
    self.burst = burst
    self.rate = rate
    left = burst / 4
  }

  /// Gives back what time has earned since the last call.
  mutating func refill(_ now: MonotonicTime) {
    guard left < burst, let filled else {
      filled = now
      return
    }
    let nanoseconds = max(0, (now - filled).nanoseconds)
    // After so long it is full whatever the rate; and the product below stays small.
    let elapsed = min(nanoseconds, 1_000_000_000_000)
    let (product, overflow) = Int(elapsed).multipliedReportingOverflow(by: rate)
    let earned = overflow ? burst : product / 1_000_000_000
    if earned <= 0 { return }
    left = min(burst, left + min(earned, burst))
    self.filled = now
  }

  /// Takes what one glitch costs, and what it had us do beyond that. False: that was one too many.
  mutating func take(_ glitch: HTTP2Glitch, extra: Int) -> Bool {
    let cost = glitch.cost &+ extra
    taken[Int(glitch.rawValue)] &+= cost
    left -= cost
    return left >= 0
  }

  /// A DATA frame with content went out.
  @inline(__always)
  mutating func earn() { left = min(burst, left &+ Self.earning) }

  /// The kind that took most since the beginning.
  var worst: HTTP2Glitch {
    var worst = HTTP2Glitch.reset
    var most = 0
    for glitch in HTTP2Glitch.allCases where taken[Int(glitch.rawValue)] > most {
      most = taken[Int(glitch.rawValue)]
      worst = glitch
    }
    return worst
  }
}
