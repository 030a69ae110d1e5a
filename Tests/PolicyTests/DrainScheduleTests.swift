import Primitives
import Testing

@testable import Policy

@Suite struct DrainScheduleTests {
  static let start = MonotonicTime(nanoseconds: 5_000_000_000)

  /// The turn of each connection.
  static func turns(_ count: Int, within limit: Interval, seed: UInt64 = 1) -> [Interval] {
    var schedule = DrainSchedule(count: count, from: start, within: limit)
    var random = Random(seed: seed)
    var found: [Interval] = []
    while let next = schedule.next {
      let due = schedule.take(next, random: &random)
      found += Array(repeating: next - start, count: due)
    }
    return found
  }

  @Test(arguments: [0, 1, 15, 16]) func fewAreAskedAtOnce(_ count: Int) {
    #expect(Self.turns(count, within: .seconds(15)) == Array(repeating: .zero, count: count))
  }

  /// Connections, the limit, and when the last one is asked at the latest.
  @Test(arguments: [
    (17, 15_000, 10), (116, 15_000, 1_000), (1_016, 15_000, 10_000), (1_516, 15_000, 15_000),
    (50_016, 15_000, 15_000),
    (1_000, 50, 50), (17, 5, 5),
  ]) func theOthersFollow(_ count: Int, _ limit: Int64, _ last: Int64) {
    let turns = Self.turns(count, within: .milliseconds(limit))
    #expect(turns.count == count)
    #expect(turns == turns.sorted())
    #expect(turns.prefix(16).allSatisfy { $0 == .zero })
    let end = turns.last ?? .zero
    #expect(end <= .milliseconds(last))
    let slot = Double(last) * 1e6 / Double(count - 16)
    #expect(Double(end.nanoseconds) >= Double(last) * 1e6 - slot - 1)
    // No slot has two.
    for (place, turn) in turns.dropFirst(16).enumerated() {
      #expect(abs(Double(turn.nanoseconds) / slot - Double(place) - 0.5) <= 0.5 + 1e-3 * Double(place + 1))
    }
  }

  @Test func chanceMovesThemWithinTheirSlots() {
    let (one, other) = (
      Self.turns(216, within: .seconds(15), seed: 1), Self.turns(216, within: .seconds(15), seed: 2)
    )
    #expect(zip(one, other).dropFirst(16).count { $0 == $1 } < 10)
    let gaps = zip(one.dropFirst(17), one.dropFirst(16)).map { $0 - $1 }
    #expect(Set(gaps).count > 150)
  }

  @Test func withoutTimeAllAreAskedAtOnce() {
    #expect(Self.turns(1_000, within: .zero) == Array(repeating: .zero, count: 1_000))
  }

  /// A loop that was busy asks all whose turn has passed.
  @Test func aLateLookFindsAllThatAreDue() {
    var schedule = DrainSchedule(count: 116, from: Self.start, within: .seconds(15))
    var random = Random(seed: 3)
    #expect(schedule.take(Self.start, random: &random) == 16)
    #expect(schedule.take(Self.start + .milliseconds(500), random: &random) == 50)
    #expect(schedule.take(Self.start + .milliseconds(500), random: &random) == 0)
    #expect(schedule.take(Self.start + .seconds(100), random: &random) == 50)
    #expect(schedule.next == nil)
    #expect(schedule.take(Self.start + .seconds(200), random: &random) == 0)
  }
}
