import HTTP
import Mesh
import Policy
import Primitives
import Reactor
import Telemetry
import Testing

@testable import Proxy

/// A listener that a reload takes away: nothing that was asked is lost, and its clients do not all go at once.
@Suite struct ListenerDrainTests {
  private static let get = ConnectionLimitTests.get

  /// Without listeners, as the worker hears of it.
  private func removeListener(of proxy: DrivenProxy) {
    let (snapshot, layout) = (proxy.worker.snapshot, proxy.worker.layout)
    proxy.worker.adopt(Adoption(snapshot: snapshot, layout: layout, places: []), [:])
  }

  @Test func idleClientsHaveTheirTurns() throws {
    let origin = Origin(body: "ok")
    let proxy = try DrivenProxy(to: [origin.port])
    let clients = try DrainSpreadTests.clients(36, of: proxy)
    removeListener(of: proxy)
    #expect(DrainSpreadTests.leaving(proxy) == DrainSchedule.few)
    proxy.pass(.milliseconds(200))
    #expect(DrainSpreadTests.leaving(proxy) == 36)
    proxy.pass(proxy.worker.timeouts.lingeringClose)
    proxy.run { proxy.worker.downstreams.count == 0 }
    for client in clients { #expect(try client.readToEnd() == "") }
    #expect(proxy.worker.doors.allSatisfy { $0 == nil })
  }

  /// Whose turn has not come is served as ever; the end of the process does not forget him.
  @Test func busyClientsAreToldInTheirTurn() throws {
    let origin = Origin(body: "ok")
    let proxy = try DrivenProxy(to: [origin.port], settings: "drain: 1h")
    let clients = try DrainSpreadTests.clients(400, of: proxy)
    removeListener(of: proxy)
    let last = clients[399]
    #expect(try proxy.exchange(Self.get, on: clients[0])["connection"]?.lowercased() == "close")
    #expect(try proxy.exchange(Self.get, on: last)["connection"] == nil)
    proxy.worker.drain(.inbound, leaving: [])
    proxy.pass(.seconds(4))
    #expect(DrainSpreadTests.leaving(proxy) == proxy.worker.downstreams.count)
    #expect(try proxy.exchange(Self.get, on: last)["connection"]?.lowercased() == "close")
  }

  @Test func allAreAskedInHalfOfTheTime() throws {
    let origin = Origin(body: "ok")
    let proxy = try DrivenProxy(to: [origin.port], settings: "drain: 200ms")
    let clients = try DrainSpreadTests.clients(120, of: proxy)
    removeListener(of: proxy)
    #expect(DrainSpreadTests.leaving(proxy) < 120)
    proxy.pass(.milliseconds(100))
    #expect(DrainSpreadTests.leaving(proxy) == 120)
    withExtendedLifetime(clients) {}
  }

  /// They were let in, but not accepted yet, when the listener closed.
  @Test func whoStandsInTheQueueIsServedAndAskedToGo() throws {
    let origin = Origin(body: "ok")
    let proxy = try DrivenProxy(to: [origin.port])
    let clients = try (0..<8).map { _ in try proxy.connect() }
    removeListener(of: proxy)
    for client in clients {
      #expect(try proxy.exchange(Self.get, on: client)["connection"]?.lowercased() == "close")
    }
  }

  private static func listeners(_ ports: [UInt16], _ origin: UInt16) -> String {
    """
    listeners: [\(ports.map { "{name: l\($0), address: \"127.0.0.1:\($0)\"}" }.joined(separator: ", "))]
    services: [{name: origin, endpoints: ["127.0.0.1:\(origin)"]}]
    """
  }

  @Test(arguments: [1, 2]) func whatIsUnderWayIsAnswered(version: Int) throws {
    let states = StateStore()
    let (arrived, gate) = (Notes(), Gate())
    let origin = RequestLimitTests.held(arrived, gate)
    let (stays, goes) = (Origin.freePort(), Origin.freePort())
    let proxy = try TestProxy(whole: Self.listeners([stays, goes], origin.port), states)
    let one = try Wire.connect(port: goes)
    let other = HTTP2Peer(.client, try Wire.connect(port: goes))
    let call: HTTP2Call? = version == 2 ? try other.start() : nil
    if version == 1 { try one.send(Self.get) } else { try other.flush() }
    #expect(eventually { arrived.count == 1 })
    try proxy.adopt(Self.listeners([stays], origin.port), states)
    #expect(eventually { DrainTests.isRefused(goes) })
    gate.open()
    if let call {
      #expect(try call.whole().status == 200)
      try other.wait { other.goAway != nil }
      #expect(other.goAway == .noError)
    } else {
      let answer = try one.readMessage()
      #expect(answer.status == 200 && answer["connection"]?.lowercased() == "close")
      #expect(try one.readToEnd() == "")
    }
  }

  /// Clients that never stop, half of them with a new connection for each request.
  @Test(arguments: 0..<5) func underLoadNothingIsLost(_ round: Int) throws {
    let states = StateStore()
    let origin = Origin(body: "ok")
    let (stays, goes) = (Origin.freePort(), Origin.freePort())
    let proxy = try TestProxy(whole: Self.listeners([stays, goes], origin.port), states, workers: 2)
    let (answered, lost) = (Notes(), Notes())
    let clients = (0..<8).map { index in
      try? Thread(name: "client") { DrainTests.load(goes, keepsConnection: index % 2 == 0, answered, lost) }
    }
    #expect(eventually { answered.count > 300 })
    try proxy.adopt(Self.listeners([stays], origin.port), states)
    for client in clients { client?.join() }
    #expect(lost.all == [])
    #expect(proxy.comesToRest)
  }
}
