import Primitives
import Reactor
import Testing

@testable import Proxy

@Suite struct LazyTimerTests {
  /// An owner as connections are: it keeps its deadline in a field, and asks the wheel again when it hears too early.
  private final class Owner: EventHandler {
    var timer = LazyTimer()
    var deadline = MonotonicTime.distantFuture
    var calls = 0
    var isDue = false
    let loop: EventLoop
    let token = Token(kind: 7, slot: 3, generation: 1)

    init() throws { loop = try EventLoop() }

    func setDeadline(_ time: MonotonicTime) {
      deadline = time
      timer.ensure(by: time, token, on: loop)
    }

    func timerFired(_ payload: UInt64) {
      guard payload == token.raw else { return }
      calls += 1
      timer.fired()
      if loop.now >= deadline { isDue = true } else { timer.ensure(by: deadline, token, on: loop) }
    }

    func ready(_ token: Token, _ readiness: Readiness) {}
    func woken() {}
    func turnEnded() {}

    /// Turns until it is due, or until `limit`.
    func run(until limit: MonotonicTime) {
      while !isDue, Clock.now() < limit { loop.turn(self, limit: limit) }
    }
  }

  @Test func itFiresNoEarlierThanItsDeadline() throws {
    let owner = try Owner()
    let deadline = Clock.now() + .milliseconds(10)
    owner.setDeadline(deadline)
    owner.run(until: deadline + .seconds(10))
    #expect(owner.isDue)
    #expect(owner.loop.now >= deadline)
  }

  /// Moving later costs no second entry: the wheel fires for the first, and once more.
  @Test func aDeadlineThatMovesLaterIsMetThere() throws {
    let owner = try Owner()
    let start = Clock.now()
    for step in 1...20 { owner.setDeadline(start + .milliseconds(Int64(step))) }
    owner.run(until: start + .seconds(10))
    #expect(owner.isDue)
    #expect(owner.loop.now >= start + .milliseconds(20))
    #expect(owner.calls <= 3)
  }

  @Test func aDeadlineThatMovesEarlierIsMetThere() throws {
    let owner = try Owner()
    let start = Clock.now()
    owner.setDeadline(start + .seconds(3600))
    owner.setDeadline(start + .milliseconds(5))
    owner.run(until: start + .seconds(10))
    #expect(owner.isDue)
    #expect(owner.calls == 1)
  }

  @Test func aCancelledOneIsSilent() throws {
    let owner = try Owner()
    let start = Clock.now()
    owner.setDeadline(start + .milliseconds(5))
    owner.timer.cancel(on: owner.loop)
    owner.timer.cancel(on: owner.loop)
    // Another one behind it tells that its time has passed.
    let later = owner.loop.schedule(at: start + .milliseconds(20), 0)
    while owner.loop.now < start + .milliseconds(20) {
      owner.loop.turn(owner, limit: start + .milliseconds(25))
    }
    #expect(owner.calls == 0)
    owner.loop.cancel(later)
    // It can be used again.
    owner.setDeadline(Clock.now() + .milliseconds(1))
    owner.run(until: Clock.now() + .seconds(10))
    #expect(owner.calls == 1)
  }
}
