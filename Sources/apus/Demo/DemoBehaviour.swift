internal import Primitives

/// How one of the demo's services answers. The cases are the services' names in the configuration.
enum DemoBehaviour: String, CaseIterable {
  /// At once.
  case web
  /// Slow: after 60 to 240 ms.
  case reports
  /// In every twelve seconds: fails now and then, then nearly always for two, then works for four, then fails
  /// now and then again.
  case flaky

  enum Answer: Equatable {
    case ok(after: Interval)
    case failure
    /// The connection is reset in place of an answer.
    case reset
  }

  private static let cycle = Interval.seconds(12)
  private static let outage = Interval.seconds(2)..<Interval.seconds(4)
  /// Long enough for a breaker that opened within the outage to close again, whatever the dice say.
  private static let recovery = Interval.seconds(4)..<Interval.seconds(8)

  /// Where the configuration routes to it.
  var path: String { self == .web ? "/" : "/\(rawValue)" }

  /// - Parameter time: since the demo began.
  func answer(at time: Interval, random: inout Random) -> Answer {
    switch self {
    case .web: return .ok(after: .zero)
    case .reports: return .ok(after: .milliseconds(60 + Int64(random.next(below: 180))))
    case .flaky:
      let inCycle = Interval(nanoseconds: time.nanoseconds % Self.cycle.nanoseconds)
      let share = Self.outage.contains(inCycle) ? 0.9 : Self.recovery.contains(inCycle) ? 0 : 0.12
      if random.nextUnit() < share { return random.next(below: 4) == 0 ? .reset : .failure }
      return .ok(after: .milliseconds(2 + Int64(random.next(below: 10))))
    }
  }
}
