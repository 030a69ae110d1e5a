internal import Primitives

/// A token bucket for `HTTP2Glitch`es: so many at once, so many a second; and useful work earns some back.
///
/// The dear kinds are metered a second time: a client's connection begins with a quarter of the burst for them, and time and
/// work bring it the rest. So whoever comes back again and again can have little done each time, for what a connection costs him.
///
/// What earns are bytes of bodies that the peer took, out of the window that it granted: honest peers give windows back
/// after some KiB. A frame that held all that waited, so that the window was not what made it short, may rightly be
/// answered by two window updates and a PING however short it is: gRPC's libraries in Go do so for each message. It never
/// pays for dear kinds.
///
/// For these an answer pays that comes from elsewhere and is complete: a connection between two proxies carries many clients,
/// some of whom give up. So it ends only where they are more than those who do not, as with Envoy's premature resets; and what
/// a reset costs us is less than what the request cost that was answered. Pure: time is an argument.
struct HTTP2GlitchMeter {
  /// Bytes of body that pay for one glitch, as a power of two; and for one of a dear kind.
  static let shift = 10
  static let shiftForDear = 12
  /// Cheap glitches that a frame pays for at least, if the window was not what made it short.
  static let answers = 3

  private let burst: Int
  private let rate: Int
  private var left: Int
  /// The same for the dear kinds.
  private var leftForDear: Int
  /// Bytes of body that the peer took, ever.
  private var bytes = 0
  /// Nil until the first call of `refill`.
  private var filled: MonotonicTime?
  /// What each kind has taken.
  private var taken = InlineArray<14, Int>(repeating: 0)
  private var takenForDear = InlineArray<14, Int>(repeating: 0)

  /// - Parameters:
  ///   - rate: glitches that are forgiven each second.
  ///   - atBeginning: what there is for dear kinds when a connection begins; nil: the burst.
  init(burst: Int, rate: Int, atBeginning: Int? = nil) {
    self.burst = burst
    self.rate = rate
    left = burst
    leftForDear = atBeginning ?? burst
  }

  /// Gives back what time has earned since the last call.
  mutating func refill(_ now: MonotonicTime) {
    guard min(left, leftForDear) < burst, let filled else {
      filled = now
      return
    }
    let nanoseconds = max(0, (now - filled).nanoseconds)
    // After so long it is full whatever the rate; and the product below stays small.
    let elapsed = min(nanoseconds, 1_000_000_000_000)
    let (product, overflow) = Int(elapsed).multipliedReportingOverflow(by: rate)
    let earned = min(burst, overflow ? burst : product / 1_000_000_000)
    if earned <= 0 { return }
    add(earned, dear: earned)
    self.filled = now
  }

  /// Takes what one glitch costs, and what it had us do beyond that. False: that was one too many.
  mutating func take(_ glitch: HTTP2Glitch, extra: Int) -> Bool {
    let cost = glitch.cost &+ extra
    taken[Int(glitch.rawValue)] &+= cost
    left -= cost
    if glitch.isDear || extra > 0 {
      leftForDear -= cost
      takenForDear[Int(glitch.rawValue)] &+= cost
    }
    return min(left, leftForDear) >= 0
  }

  /// A DATA frame went out, with `count` bytes of what somebody asked for.
  /// - Parameter fillsWindow: it may be the window that made it no longer.
  @inline(__always)
  mutating func earn(_ count: Int, fillsWindow: Bool) {
    let before = bytes
    bytes &+= count
    let earned = bytes >> Self.shift &- before >> Self.shift
    add(
      fillsWindow ? earned : max(Self.answers, earned),
      dear: bytes >> Self.shiftForDear &- before >> Self.shiftForDear)
  }

  /// An answer is complete that was not made here for the asking.
  @inline(__always)
  mutating func earnAnswer() { add(1, dear: 1) }

  private mutating func add(_ count: Int, dear: Int) {
    left = min(burst, left &+ count)
    leftForDear = min(burst, leftForDear &+ dear)
  }

  /// The kind that has taken most, since the beginning, of what ran out.
  var worst: HTTP2Glitch { Self.most(leftForDear < 0 ? takenForDear : taken) }

  private static func most(_ taken: InlineArray<14, Int>) -> HTTP2Glitch {
    var worst = HTTP2Glitch.reset
    var most = 0
    for glitch in HTTP2Glitch.allCases where taken[Int(glitch.rawValue)] > most {
      most = taken[Int(glitch.rawValue)]
      worst = glitch
    }
    return worst
  }
}
