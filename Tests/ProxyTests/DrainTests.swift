import Glibc
import Primitives
import Proxy
import Reactor
import Telemetry
import Testing

/// Ending without losing anybody.
@Suite struct DrainTests {
  static let get = ConnectionLimitTests.get

  @Test func whatIsInFlightFinishesAndSaysThatTheConnectionEnds() throws {
    let (arrived, gate) = (Notes(), Gate())
    let origin = RequestLimitTests.held(arrived, gate)
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.get)
    #expect(eventually { arrived.count == 1 })
    proxy.server.drain()
    #expect(eventually { Self.isRefused(proxy.port) })
    #expect(!proxy.server.isDrained)
    gate.open()
    let answer = try client.readMessage()
    #expect(answer.status == 200)
    #expect(answer["connection"]?.lowercased() == "close")
    #expect(try client.readToEnd() == "")
    client.end()
    #expect(eventually { proxy.server.isDrained })
    #expect(proxy.held.connections == 0)
  }

  @Test func idleConnectionsMayAskOnceMoreAndAreClosed() throws {
    let origin = Origin(body: "ok")
    let proxy = try TestProxy(to: origin.port, settings: "timeouts: {lingeringClose: 500ms}")
    let (busy, idle) = (try proxy.connect(), try proxy.connect())
    for client in [busy, idle] { #expect(try client.exchange(Self.get).status == 200) }
    proxy.server.drain()
    #expect(eventually { Self.isRefused(proxy.port) })
    // A request that crosses the drain on its way is answered.
    let answer = try busy.exchange(Self.get)
    #expect(answer.status == 200)
    #expect(answer["connection"]?.lowercased() == "close")
    #expect(try idle.readToEnd() == "")
    #expect(try busy.readToEnd() == "")
    #expect(eventually { proxy.server.isDrained })
    #expect(proxy.metrics.gauge(.downstreamConnections) == 0)
    // Connections to endpoints are of use until nobody is left.
    #expect(proxy.held.connections == 0)
  }

  /// The answer's head had promised to keep the connection: a request that relies on it is still served.
  @Test func aPromiseToKeepTheConnectionIsKept() throws {
    let gate = Gate()
    let origin = Origin { wire, _ in
      while true {
        _ = try wire.readMessage()
        try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")
        gate.wait()
        try wire.send("k")
      }
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.get)
    let head = try client.readHead()
    #expect(head["connection"] == nil)
    proxy.server.drain()
    #expect(eventually { Self.isRefused(proxy.port) })
    gate.open()
    #expect(try client.read(count: 2) == Array("ok".utf8))
    let second = try client.exchange(Self.get)
    #expect(second.text == "ok")
    #expect(second["connection"]?.lowercased() == "close")
    client.end()
    #expect(eventually { proxy.server.isDrained })
  }

  @Test(arguments: [1, 3]) func whoWaitsForTheEndIsWoken(_ workers: Int) throws {
    let (arrived, gate) = (Notes(), Gate())
    let origin = RequestLimitTests.held(arrived, gate)
    let proxy = try TestProxy(to: origin.port, workers: workers)
    let clients = try (0..<6).map { _ in
      let client = try proxy.connect()
      try client.send(Self.get)
      return client
    }
    #expect(eventually { arrived.count == 6 })
    let woken = Listening()
    let loop = try EventLoop()
    proxy.server.drain()
    proxy.server.whenDrained(loop.remote)
    gate.open()
    for client in clients {
      #expect(try client.readMessage().status == 200)
      client.end()
    }
    let end = Clock.now() + .seconds(10)
    while woken.count == 0 && Clock.now() < end { loop.turn(woken, limit: end) }
    #expect(woken.count > 0)
    #expect(proxy.server.isDrained)
  }

  @Test func withoutConnectionsItIsDrainedAtOnce() throws {
    let proxy = try TestProxy(to: Origin.closedPort(), workers: 2)
    proxy.server.drain()
    #expect(eventually { proxy.server.isDrained })
    let (loop, woken) = (try EventLoop(), Listening())
    proxy.server.whenDrained(loop.remote)
    loop.turn(woken, limit: Clock.now() + .seconds(10))
    #expect(woken.count == 1)
  }

  /// Clients that never stop, half of them with a new connection for each request: what was asked is answered.
  @Test(arguments: 0..<5) func underLoadNothingIsLost(_ round: Int) throws {
    let origin = Origin(body: "ok")
    let proxy = try TestProxy(to: origin.port, workers: 2)
    let (answered, lost, started) = (Notes(), Notes(), Notes())
    let clients = (0..<8).map { index in
      try? Thread(name: "client") {
        started.add("")
        Self.load(proxy.port, keepsConnection: index % 2 == 0, answered, lost)
      }
    }
    #expect(eventually { answered.count > 500 })
    proxy.server.drain()
    for client in clients { client?.join() }
    #expect(lost.all == [])
    #expect(started.count == 8)
    #expect(eventually { proxy.server.isDrained })
    #expect(proxy.comesToRest)
  }

  /// Asks until nobody accepts connections any more. A connection that said it would end is replaced; anything else
  /// that goes unanswered is lost.
  static func load(_ port: UInt16, keepsConnection: Bool, _ answered: Notes, _ lost: Notes) {
    let request = keepsConnection ? get : "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    let end = Clock.now() + .seconds(20)
    while Clock.now() < end {
      guard let wire = try? Wire.connect(port: port) else { return }
      var isOpen = true
      while isOpen && Clock.now() < end {
        do {
          let answer = try wire.exchange(request)
          if answer.text == "ok" { answered.add("") } else { lost.add(answer.startLine) }
          isOpen = answer["connection"]?.lowercased() != "close"
        } catch {
          lost.add("\(error)")
          isOpen = false
        }
      }
    }
    lost.add("the drain never came")
  }

  static func isRefused(_ port: UInt16) -> Bool { (try? Wire.connect(port: port)) == nil }

  final class Listening: EventHandler {
    var count = 0
    func ready(_ token: Token, _ readiness: Readiness) {}
    func timerFired(_ payload: UInt64) {}
    func woken() { count += 1 }
    func turnEnded() {}
  }
}
