internal import Mesh
internal import Policy
internal import Primitives

/// When a name is asked for next, and whether an answer is believed. Pure: it is told the time.
///
/// * What was found holds as long as its records say, within `minTTL … maxTTL`, and up to a tenth longer: earlier a server
///   in between would give the rest of the same answer, and many proxies would come at once. (Envoy's `STRICT_DNS` asks
///   each 5 s, and goes by TTLs where it is told to; nginx goes by TTLs.)
/// * A failure changes nothing; the next attempts come after 1 s, 3 s, 7 s … 30 s, less up to half by chance.
/// * An answer that there is nothing, where there was something, is believed when it has come three times in a row,
///   `minTTL` apart: one server that has lost its zone empties no table. Then, and for names that never had anything, it
///   holds as RFC 2308 says, no longer than half a minute: who comes up wants to be found.
struct DNSSchedule {
  enum Verdict { case takes, holds }

  private var least = Interval.zero
  private var most = Interval.zero
  private var mostOfNothing = Interval.zero
  private let backoff = Backoff(base: .seconds(1), maximum: .seconds(30))
  private var failures = 0
  private var misses = 0
  private(set) var next: MonotonicTime

  static let confirmations = 3
  private static let unsaid = Interval.seconds(1)

  /// The first question is due at once.
  init(_ settings: DNSSettings, now: MonotonicTime) {
    next = now
    adopt(settings)
  }

  /// Other bounds, for answers that come.
  mutating func adopt(_ settings: DNSSettings) {
    least = settings.minTTL
    most = max(least, settings.maxTTL)
    mostOfNothing = max(least, min(most, .seconds(30)))
  }

  mutating func asked() { next = .distantFuture }

  mutating func found(lifetime: Interval?, _ now: MonotonicTime, _ random: inout Random) {
    (failures, misses) = (0, 0)
    next = now + lengthened(min(most, max(least, lifetime ?? most)), &random)
  }

  /// - Parameter known: whether there was something.
  mutating func nothing(
    lifetime: Interval?, known: Bool, _ now: MonotonicTime, _ random: inout Random
  ) -> Verdict {
    failures = 0
    misses = known ? misses + 1 : Self.confirmations
    let isBelieved = misses >= Self.confirmations
    // An answer that does not say how long it holds is not to be kept (RFC 2308, section 5).
    let length = isBelieved ? min(mostOfNothing, max(least, lifetime ?? Self.unsaid)) : least
    next = now + lengthened(length, &random)
    return isBelieved ? .takes : .holds
  }

  mutating func failed(_ now: MonotonicTime, _ random: inout Random) {
    failures += 1
    next = now + backoff.steadyDelay(beforeRetry: failures, random: &random)
  }

  private func lengthened(_ length: Interval, _ random: inout Random) -> Interval {
    Interval(nanoseconds: length.nanoseconds + Int64(random.next(below: Int(length.nanoseconds / 10))))
  }
}
