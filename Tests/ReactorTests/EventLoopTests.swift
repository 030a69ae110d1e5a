import CLinux
import Primitives
import Synchronization
import Testing

@testable import Reactor

@Suite struct EventLoopTests {
  /// Writes down what the loop calls, in order.
  private final class Recorder: EventHandler {
    var calls: [String] = []
    var onReady: (Token) -> Void = { _ in }

    func ready(_ token: Token, _ readiness: Readiness) {
      calls.append("ready \(token.slot)")
      onReady(token)
    }
    func timerFired(_ payload: UInt64) { calls.append("timer \(payload)") }
    func woken() { calls.append("woken") }
    func turnEnded() { calls.append("end") }

    func take() -> [String] {
      let taken = calls
      calls = []
      return taken
    }
  }

  /// A loop whose first turn is over: its own descriptor was found writable in it.
  private static func settled() throws -> EventLoop {
    let loop = try EventLoop()
    loop.turn(Recorder(), limit: Clock.now())
    return loop
  }

  private static func token(_ slot: Int) -> Token { Token(kind: 1, slot: slot, generation: 1) }

  @Test func timersFireInOrderAndNotEarly() throws {
    let loop = try Self.settled()
    let recorder = Recorder()
    let start = Clock.now()
    _ = loop.schedule(at: start + .milliseconds(6), 2)
    _ = loop.schedule(at: start + .milliseconds(3), 1)
    let cancelled = loop.schedule(at: start + .milliseconds(4), 9)
    loop.cancel(cancelled)
    while !recorder.calls.contains("timer 1") { loop.turn(recorder, limit: start + .seconds(10)) }
    #expect(loop.now >= start + .milliseconds(3))
    while !recorder.calls.contains("timer 2") { loop.turn(recorder, limit: start + .seconds(10)) }
    #expect(loop.now >= start + .milliseconds(6))
    #expect(recorder.calls.filter { $0.hasPrefix("timer") } == ["timer 1", "timer 2"])
  }

  @Test func skippedTimeHasPassed() throws {
    let loop = try Self.settled()
    let recorder = Recorder()
    let start = loop.now
    _ = loop.schedule(at: start + .seconds(3600), 1)
    loop.skip(.seconds(3599))
    loop.turn(recorder, limit: loop.time)
    #expect(recorder.take() == ["end"])
    loop.skip(.seconds(2))
    loop.turn(recorder, limit: .distantFuture)
    #expect(recorder.take() == ["timer 1", "end"])
    #expect(loop.now >= start + .seconds(3601))
  }

  @Test func aTurnEndsAtItsLimit() throws {
    let loop = try Self.settled()
    let recorder = Recorder()
    let limit = Clock.now() + .milliseconds(5)
    loop.turn(recorder, limit: limit)
    #expect(loop.now >= limit)
    #expect(recorder.calls == ["end"])
    #expect(loop.turns == 2)
  }

  @Test func descriptorsAreReportedByTheirToken() throws {
    let pair = try Pair()
    let recorder = Recorder()
    try pair.loop.register(pair.descriptor, token: Self.token(4))
    let limit = Clock.now() + .seconds(10)
    pair.loop.turn(recorder, limit: limit)
    // Writable from the beginning, and told once.
    #expect(recorder.take() == ["ready 4", "end"])
    pair.loop.turn(recorder, limit: Clock.now())
    #expect(recorder.take() == ["end"])
    pair.write("x")
    pair.loop.turn(recorder, limit: limit)
    #expect(recorder.take() == ["ready 4", "end"])
    // Not read: not told again.
    pair.loop.turn(recorder, limit: Clock.now())
    #expect(recorder.take() == ["end"])
    pair.loop.unregister(pair.descriptor)
    pair.write("y")
    pair.loop.turn(recorder, limit: Clock.now())
    #expect(recorder.take() == ["end"])
    #expect(pair.receive() == .bytes(2))
  }

  /// Next turn, once, without waiting; and asked for within that turn, in the one after it.
  @Test func continueLaterComesInTheNextTurn() throws {
    let loop = try Self.settled()
    let recorder = Recorder()
    var again = 2
    recorder.onReady = { token in
      if again > 0 { loop.continueLater(token) }
      again -= 1
    }
    loop.continueLater(Self.token(1))
    loop.continueLater(Self.token(2))
    let limit = Clock.now() + .seconds(10)
    loop.turn(recorder, limit: limit)
    #expect(recorder.take() == ["ready 1", "ready 2", "end"])
    loop.turn(recorder, limit: limit)
    #expect(recorder.take() == ["ready 1", "ready 2", "end"])
    loop.turn(recorder, limit: Clock.now())
    #expect(recorder.take() == ["end"])
  }

  /// Mail, whatever else is there: who tells something and then sends a request is not answered by what was before. Then
  /// descriptors, what was put off, timers, and the end.
  @Test func phasesOfATurnAreInOrder() throws {
    let pair = try Pair()
    let recorder = Recorder()
    try pair.loop.register(pair.descriptor, token: Self.token(1))
    pair.loop.continueLater(Self.token(2))
    _ = pair.loop.schedule(at: Clock.now(), 3)
    pair.loop.remote.wake()
    // The wheel's tick is a millisecond.
    let start = Clock.now()
    while Clock.now() < start + .milliseconds(3) {}
    pair.loop.turn(recorder, limit: .distantFuture)
    #expect(recorder.take() == ["woken", "ready 1", "ready 2", "timer 3", "end"])
  }

  @Test func wakesThatComeTogetherAreOne() throws {
    let loop = try Self.settled()
    let recorder = Recorder()
    for _ in 0..<5 { loop.remote.wake() }
    loop.turn(recorder, limit: .distantFuture)
    #expect(recorder.take() == ["woken", "end"])
    loop.turn(recorder, limit: Clock.now())
    #expect(recorder.take() == ["end"])
    loop.remote.wake()
    loop.turn(recorder, limit: .distantFuture)
    #expect(recorder.take() == ["woken", "end"])
  }

  @Test func anotherThreadWakesASleepingLoop() throws {
    let loop = try Self.settled()
    let recorder = Recorder()
    let remote = loop.remote
    let thread = try Thread(name: "waker") { remote.wake() }
    loop.turn(recorder, limit: .distantFuture)
    #expect(recorder.take() == ["woken", "end"])
    thread.join()
  }

  @Test func stopEndsRun() throws {
    let loop = try Self.settled()
    let recorder = Recorder()
    let remote = loop.remote
    let thread = try Thread(name: "stopper") { remote.stop() }
    loop.run(recorder)
    thread.join()
    #expect(recorder.calls.last == "end" || recorder.calls.isEmpty)
    // And it stays ended.
    let turns = loop.turns
    loop.run(recorder)
    #expect(loop.turns == turns)
  }

  @Test func dispatchGoesByKind() throws {
    let (first, second) = (Recorder(), Recorder())
    let dispatcher = EventDispatcher()
    dispatcher.add(first, kinds: 1...2)
    dispatcher.add(second, kinds: 3...3)
    dispatcher.ready(Token(kind: 2, slot: 5, generation: 1), .readable)
    dispatcher.ready(Token(kind: 3, slot: 6, generation: 1), .readable)
    dispatcher.ready(Token(kind: 4, slot: 7, generation: 1), .readable)
    let timer = Token(kind: 3, slot: 8, generation: 1).raw
    dispatcher.timerFired(timer)
    dispatcher.woken()
    dispatcher.turnEnded()
    #expect(first.calls == ["ready 5", "woken", "end"])
    #expect(second.calls == ["ready 6", "timer \(timer)", "woken", "end"])
  }
}
