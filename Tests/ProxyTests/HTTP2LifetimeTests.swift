import HTTP
import Telemetry
import Testing

/// Connections of HTTP/2 that have served long enough: GOAWAY, and no call is lost.
@Suite struct HTTP2LifetimeTests {
  private static func origin() -> HTTP2Origin {
    HTTP2Origin { call in
      _ = try call.whole()
      try call.respond(200, ends: true)
    }
  }

  /// Asks on one connection until the proxy has said goodbye to it; every call that was begun is answered.
  private static func ask(_ client: HTTP2Peer) throws -> Int {
    var count = 0
    let hasEnded = try eventually {
      if client.goAway != nil { return true }
      let call = try client.start()
      count += 1
      #expect(try call.whole().status == 200)
      return false
    }
    #expect(hasEnded)
    return count
  }

  @Test func aClientsConnectionEndsAfterSoManyRequests() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, listener: "connection: {maxRequests: 3}")
    let client = try proxy.connectHTTP2()
    #expect(try Self.ask(client) >= 3)
    #expect(client.goAway == .noError)
    #expect(try proxy.connectHTTP2().exchange().status == 200)
    #expect(proxy.comesToRest)
  }

  @Test func aClientsConnectionEndsAtItsAge() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, listener: "connection: {maxAge: 100ms}")
    let client = try proxy.connectHTTP2()
    _ = try Self.ask(client)
    #expect(client.goAway == .noError)
    #expect(proxy.comesToRest)
  }

  @Test func anEndpointsConnectionEndsAfterSoManyRequests() throws {
    let origin = Self.origin()
    let proxy = try TestProxy(toHTTP2: origin.port, service: "connection: {maxRequests: 2}")
    let client = try proxy.connect()
    for _ in 0..<5 { #expect(try client.exchange(ConnectionLimitTests.get).status == 200) }
    #expect(origin.connections == 3)
    #expect(proxy.service[.staleConnectionReplays] == 0)
    #expect(proxy.comesToRest)
  }

  @Test func anEndpointsConnectionEndsAtItsAge() throws {
    let origin = Self.origin()
    let proxy = try TestProxy(toHTTP2: origin.port, service: "connection: {maxAge: 100ms}")
    let client = try proxy.connect()
    var statuses: Set<Int> = []
    let hasMoved = try eventually {
      statuses.insert(try client.exchange(ConnectionLimitTests.get).status)
      return origin.connections > 1
    }
    #expect(hasMoved)
    #expect(statuses == [200])
    #expect(proxy.comesToRest)
  }
}
