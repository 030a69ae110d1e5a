internal import Mesh
internal import Policy
internal import Primitives

/// When a list or a watch begins anew. Pure: it is told the time.
struct KubernetesPace {
  /// In a row.
  private(set) var failures = 0
  /// Since the last success an expiry was followed at once.
  private var hasExpired = false
  /// The stream before was short, too.
  private var wasShort = false
  private var random: Random
  private let backoff: Backoff

  /// What a server may ask for at most.
  static let longestWish = Interval.seconds(300)
  /// A stream that has lived less is a short one.
  private static let shortLife = Interval.seconds(1)

  /// - Parameter timeout: of the server. Who wants to know soon that it is gone wants to know soon that it is back: a
  ///   short one makes for short pauses, too.
  init(seed: UInt64, timeout: Interval = KubernetesSettings.standardTimeout) {
    random = Random(seed: seed)
    backoff = Backoff(
      base: min(.seconds(1), Interval(nanoseconds: timeout.nanoseconds / 30)),
      maximum: min(.seconds(60), Interval(nanoseconds: timeout.nanoseconds * 2)))
  }

  /// Something has come that was worth beginning for.
  mutating func succeeded() {
    failures = 0
    hasExpired = false
  }

  /// - Parameter wish: of the server (`Retry-After`).
  mutating func failed(now: MonotonicTime, wish: Interval? = nil) -> MonotonicTime {
    failures += 1
    var wait = backoff.steadyDelay(beforeRetry: failures, random: &random).nanoseconds
    if let wish = wish.map({ min($0, Self.longestWish).nanoseconds }), wish > 0 {
      // Later than that, and not all at once.
      wait = max(wait, wish + Int64(random.next(below: Int(wish / 10))))
    }
    return now + Interval(nanoseconds: wait)
  }

  /// A stream has ended or was cut. Nil: it goes on at once, since it was worth something. Short ones in a row that were
  /// begin a second from each other.
  mutating func ended(now: MonotonicTime, began: MonotonicTime, hasTold: Bool) -> MonotonicTime? {
    let lifetime = now - began
    let (isShort, followsShort) = (lifetime < Self.shortLife, wasShort)
    wasShort = isShort
    if hasTold || lifetime >= .seconds(60) { succeeded() }
    if !isShort { return nil }
    guard hasTold else { return failed(now: now) }
    return followsShort ? began + Self.shortLife : nil
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
