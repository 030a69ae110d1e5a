import Primitives
import Reactor
import Testing

@Suite struct EventDispatcherTests {
  private final class Recorder: EventHandler {
    var events: [String] = []
    func ready(_ token: Token, _ readiness: Readiness) { events.append("ready \(token.slot)") }
    func timerFired(_ payload: UInt64) { events.append("timer \(Token(raw: payload).slot)") }
    func woken() { events.append("woken") }
    func turnEnded() { events.append("end") }
  }

  private func token(_ kind: UInt8, _ slot: Int) -> Token { Token(kind: kind, slot: slot, generation: 1) }

  @Test func sendsEventsByKind() {
    let (dispatcher, first, second) = (EventDispatcher(), Recorder(), Recorder())
    dispatcher.add(first, kinds: 3...4)
    dispatcher.add(second, kinds: 200...200)
    dispatcher.ready(token(3, 1), .readable)
    dispatcher.ready(token(200, 2), .readable)
    dispatcher.timerFired(token(4, 3).raw)
    dispatcher.timerFired(token(200, 4).raw)
    #expect(first.events == ["ready 1", "timer 3"])
    #expect(second.events == ["ready 2", "timer 4"])
  }

  @Test func dropsWhatNobodyTakes() {
    let (dispatcher, only) = (EventDispatcher(), Recorder())
    dispatcher.add(only, kinds: 3...3)
    dispatcher.ready(token(0, 1), .readable)
    dispatcher.timerFired(token(255, 1).raw)
    #expect(only.events.isEmpty)
  }

  @Test func tellsEverybodyOfWakesAndEnds() throws {
    let (dispatcher, first, second) = (EventDispatcher(), Recorder(), Recorder())
    dispatcher.add(first, kinds: 3...3)
    dispatcher.add(second, kinds: 4...4)
    let loop = try EventLoop(readSize: 64)
    loop.remote.wake()
    loop.turn(dispatcher, limit: .distantFuture)
    #expect(first.events == ["woken", "end"] && second.events == first.events)
  }
}
