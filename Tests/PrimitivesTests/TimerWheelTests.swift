import Primitives
import Testing

@Suite struct TimerWheelTests {
  private static let start: Int64 = 123_456_789

  private func time(_ milliseconds: Int64, _ nanoseconds: Int64 = 0) -> MonotonicTime {
    MonotonicTime(nanoseconds: Self.start + milliseconds * 1_000_000 + nanoseconds)
  }

  private func fired(_ wheel: inout TimerWheel, at now: MonotonicTime) -> [UInt64] {
    var payloads: [UInt64] = []
    wheel.advance(to: now) { payloads.append($0) }
    return payloads
  }

  @Test(
    arguments: [
      1, 2, 63, 64, 65, 127, 128, 4_095, 4_096, 4_097, 262_143, 262_144, 262_145, 16_515_071, 16_515_072,
      16_515_073,
      16_777_215, 16_777_216, 16_777_217, 50_000_000, 400_000_000,
    ] as [Int64])
  func firesAtItsTickAndNotBefore(_ milliseconds: Int64) {
    for begin in [0, 1, 63, 64, 4_095, 4_097, 262_143, 20_000_000] as [Int64] {
      var wheel = TimerWheel(now: time(0))
      #expect(fired(&wheel, at: time(begin)) == [])
      _ = wheel.schedule(at: time(begin + milliseconds), 7)
      #expect(fired(&wheel, at: time(begin + milliseconds, -1)) == [])
      #expect(wheel.count == 1)
      #expect(fired(&wheel, at: time(begin + milliseconds)) == [7])
      #expect(wheel.count == 0)
    }
  }

  @Test func neverEarlyAndAtMostOneTickLate() {
    var wheel = TimerWheel(now: time(0))
    _ = wheel.schedule(at: time(5, 1), 1)
    #expect(fired(&wheel, at: time(5, 999_999)) == [])
    #expect(fired(&wheel, at: time(6)) == [1])
  }

  @Test func whatIsPastFiresAtTheNextTick() {
    var wheel = TimerWheel(now: time(0))
    #expect(fired(&wheel, at: time(100)) == [])
    _ = wheel.schedule(at: time(3), 1)
    _ = wheel.schedule(at: MonotonicTime(nanoseconds: 0), 2)
    #expect(wheel.nextDeadline == time(101))
    #expect(fired(&wheel, at: time(101)).sorted() == [1, 2])
  }

  @Test func theDistantFutureWaits() {
    var wheel = TimerWheel(now: time(0))
    let id = wheel.schedule(at: .distantFuture, 1)
    var now: Int64 = 0
    for _ in 0..<50 {
      now += 40_000_000
      #expect(fired(&wheel, at: time(now)) == [])
    }
    let cancelled = wheel.cancel(id)
    #expect(cancelled)
    #expect(wheel.nextDeadline == .distantFuture)
  }

  @Test func timeDoesNotGoBack() {
    var wheel = TimerWheel(now: time(0))
    _ = wheel.schedule(at: time(10), 1)
    #expect(fired(&wheel, at: time(5)) == [])
    #expect(fired(&wheel, at: time(2)) == [])
    #expect(fired(&wheel, at: MonotonicTime(nanoseconds: 0)) == [])
    #expect(fired(&wheel, at: time(10)) == [1])
  }

  @Test func aCancelledOneNeverFiresAndItsNameStaysStale() {
    var wheel = TimerWheel(now: time(0))
    let first = wheel.schedule(at: time(10), 1)
    let cancelled = [wheel.cancel(first), wheel.cancel(first), wheel.cancel(.none)]
    #expect(cancelled == [true, false, false])
    // Takes the same place in memory.
    let second = wheel.schedule(at: time(10), 2)
    #expect(first != second)
    let stale = wheel.cancel(first)
    #expect(!stale)
    #expect(fired(&wheel, at: time(10)) == [2])
    let late = wheel.cancel(second)
    #expect(!late)
  }

  /// Against a plain list, over years of simulated time: bursts, long pauses, deadlines from now to months ahead.
  @Test(arguments: 0..<12 as Range<UInt64>) func behavesAsAPlainList(_ seed: UInt64) {
    var random = Random(seed: seed)
    var wheel = TimerWheel(now: time(0))
    var waiting: [UInt64: (tick: Int64, id: TimerWheel.ID)] = [:]
    var current: Int64 = 0
    var serial: UInt64 = 0
    let spans: [Int] = [3, 70, 5_000, 300_000, 20_000_000, 3_000_000_000]
    for _ in 0..<3_000 {
      for _ in 0..<random.next(below: 6) {
        // Nanoseconds are rounded up to the tick.
        let ahead = Int64(random.next(below: spans[random.next(below: spans.count)]))
        let fraction = Int64(random.next(below: 3)) * 499_999
        serial += 1
        let id = wheel.schedule(at: time(current + ahead, fraction), serial)
        waiting[serial] = (max(current + 1, current + ahead + (fraction > 0 ? 1 : 0)), id)
      }
      if random.next(below: 3) == 0, let victim = waiting.keys.min(by: { $0 % 97 < $1 % 97 }) {
        let cancelled = wheel.cancel(waiting.removeValue(forKey: victim)?.id ?? .none)
        #expect(cancelled)
      }
      #expect(wheel.count == waiting.count)
      let earliest = waiting.values.map(\.tick).min()
      if let earliest {
        #expect(wheel.nextDeadline <= time(earliest))
        #expect(wheel.nextDeadline > time(current))
      } else {
        #expect(wheel.nextDeadline == .distantFuture)
      }
      // To the wheel's own next deadline, exactly to the earliest one, or anywhere.
      switch random.next(below: 4) {
      case 0: current += Int64(random.next(below: spans[random.next(below: spans.count)]))
      case 1: if let earliest { current = earliest }
      case 2: if earliest != nil { current = (wheel.nextDeadline - time(0)).milliseconds }
      default: current += Int64(random.next(below: 100))
      }
      let got = fired(&wheel, at: time(current, 999_999))
      let due = waiting.filter { $0.value.tick <= current }
      #expect(got.sorted() == due.keys.sorted())
      let ticks = got.compactMap { waiting[$0]?.tick }
      #expect(ticks == ticks.sorted(), "in order of ticks")
      for payload in due.keys { waiting[payload] = nil }
    }
    #expect(serial > 5_000)
  }
}
