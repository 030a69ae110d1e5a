internal import Mesh
internal import Primitives
internal import Proxy
internal import Reactor

/// One run of the demo: reads the proxy four times a second, shows it, and ends when told to or when its time is up.
final class DemoSession {
  private static let tick = Interval.milliseconds(250)

  private let process: ProxyProcess
  private let world: DemoWorld
  private let screen: DemoScreen
  private let length: Interval?
  private let start: MonotonicTime
  private let token: Token
  private let proxy: String
  private var history: DemoHistory
  private var last: (reading: DemoReading, clients: [String: DemoTally.Counts])?
  private var ended = MonotonicTime.distantFuture

  /// - Parameter length: ends by itself after this; nil: when a signal comes.
  init(snapshot: MeshSnapshot, screen: DemoScreen, length: Interval?) throws(StartError) {
    process = try ProxyProcess(snapshot: snapshot, admin: snapshot.settings.admin)
    token = Token(kind: ControlLoop.Kind.free, slot: 0, generation: 1)
    world = try DemoWorld(around: process, kind: ControlLoop.Kind.free + 1)
    self.screen = screen
    self.length = length
    start = Clock.now()
    history = DemoHistory(start: start)
    guard let listener = process.server.listeners.first else {
      throw StartError("the demo's configuration has no listener")
    }
    proxy = listener.address.description
    process.dispatcher.add(self, kinds: ControlLoop.Kind.free...ControlLoop.Kind.free)
    world.startTraffic(to: listener.address)
    process.drainBegan = { [unowned self] in self.drainBegan() }
    _ = process.loop.schedule(at: process.loop.now + Self.tick, token.raw)
  }

  /// Returns the exit status: 0 where traffic flowed as it should.
  func run() throws(StartError) -> Int32 {
    screen.begin(DemoReading(process, now: start), proxy: proxy, admin: process.adminAddress?.description)
    let status = try process.run()
    world.close()
    screen.end()
    guard status == 0, let last else { return status }
    let lasted = ended - start
    let complete = length.map { lasted >= $0 } ?? false
    let verdict = DemoVerdict(last.reading, clients: last.clients, complete: complete)
    screen.show(DemoSummary.lines(last.reading, length: lasted, verdict: verdict, columns: screen.columns))
    return verdict.problems.isEmpty ? 0 : 1
  }

  private func drainBegan() {
    ended = Clock.now()
    last = (DemoReading(process, now: ended), world.tally.services)
    world.stopTraffic()
  }
}

extension DemoSession: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) {}

  func timerFired(_ payload: UInt64) {
    let now = process.loop.now
    let news = history.add(DemoReading(process, now: now))
    screen.update(
      DemoView(history: history, proxy: proxy, admin: process.adminAddress?.description), news: news)
    if let length, now - start >= length { return process.drain() }
    _ = process.loop.schedule(at: now + Self.tick, token.raw)
  }

  func woken() {}
  func turnEnded() {}
}
