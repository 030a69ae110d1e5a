import Glibc
import HTTP
import Policy
import Primitives
import Reactor
import Telemetry
import Testing

@testable import Proxy

/// Clients are asked to go one after the other, so that they do not all connect anew at once.
@Suite struct DrainSpreadTests {
  static let get = ConnectionLimitTests.get

  /// Clients that have asked once, and are idle.
  static func clients(_ count: Int, of proxy: DrivenProxy) throws -> [Wire] {
    try (0..<count).map { _ in
      let client = try proxy.connect()
      #expect(try proxy.exchange(get, on: client).status == 200)
      return client
    }
  }

  static func leaving(_ proxy: DrivenProxy) -> Int { proxy.worker.downstreams.all.count { $0.isLeaving } }

  @Test func idleClientsHaveTheirTurns() throws {
    let origin = Origin(body: "ok")
    let proxy = try DrivenProxy(to: [origin.port])
    let clients = try Self.clients(36, of: proxy)
    proxy.worker.drain(.all, leaving: [])
    #expect(Self.leaving(proxy) == DrainSchedule.few)
    // A loop that turns late asks all that are due; none before its turn.
    proxy.pass(.milliseconds(100))
    #expect((9 + DrainSchedule.few...36).contains(Self.leaving(proxy)))
    proxy.pass(.milliseconds(100))
    #expect(Self.leaving(proxy) == 36)
    // A short while for a request that is on its way, then they end.
    proxy.pass(proxy.worker.timeouts.lingeringClose)
    proxy.run { proxy.worker.downstreams.count == 0 }
    for client in clients { #expect(try client.readToEnd() == "") }
    proxy.run { proxy.worker.group.isDrained(.all) }
    #expect(proxy.worker.group.isDrained(.all))
    #expect(proxy.metrics.services[0].gauge(.connectionsIdle) == 0)
  }

  /// Whose turn has not come is served as ever; whose turn has come is told with the next answer.
  @Test func busyClientsAreToldInTheirTurn() throws {
    let origin = Origin(body: "ok")
    let proxy = try DrivenProxy(to: [origin.port], settings: "drain: 1h")
    let clients = try Self.clients(400, of: proxy)
    proxy.worker.drain(.all, leaving: [])
    let (first, last) = (clients[0], clients[399])
    #expect(try proxy.exchange(Self.get, on: first)["connection"]?.lowercased() == "close")
    #expect(try proxy.exchange(Self.get, on: last)["connection"] == nil)
    proxy.pass(.seconds(4))
    #expect(try proxy.exchange(Self.get, on: last)["connection"]?.lowercased() == "close")
  }

  /// Half of the time is for asking, the other half for what is under way.
  @Test func allAreAskedInHalfOfTheTime() throws {
    let origin = Origin(body: "ok")
    let proxy = try DrivenProxy(to: [origin.port], settings: "drain: 200ms")
    let clients = try Self.clients(120, of: proxy)
    proxy.worker.drain(.all, leaving: [])
    #expect(Self.leaving(proxy) < 120)
    proxy.pass(.milliseconds(100))
    #expect(Self.leaving(proxy) == 120)
    withExtendedLifetime(clients) {}
  }

  /// An exchange that began before its connection's turn and is answered behind it.
  @Test func anAnswerUnderWayIsTheLastOne() throws {
    let (arrived, gate) = (Notes(), Gate())
    let origin = RequestLimitTests.held(arrived, gate)
    let proxy = try DrivenProxy(to: [origin.port])
    let client = try proxy.connect()
    try client.send(Self.get)
    proxy.run { arrived.count == 1 }
    proxy.worker.drain(.all, leaving: [])
    gate.open()
    proxy.run { proxy.finished == 1 }
    #expect(try client.readMessage()["connection"]?.lowercased() == "close")
  }
}
