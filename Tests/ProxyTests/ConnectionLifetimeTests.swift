import Primitives
import Reactor
import Telemetry
import Testing

@testable import Proxy

/// Connections that have served long enough end without anybody noticing.
@Suite struct ConnectionLifetimeTests {
  private static let get = ConnectionLimitTests.get

  @Test func aClientsConnectionEndsAfterSoManyRequests() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, listener: "connection: {maxRequests: 3}")
    let client = try proxy.connect()
    let answers = try (0..<3).map { _ in try client.exchange(Self.get) }
    #expect(answers.map(\.status) == [200, 200, 200])
    #expect(answers.map { $0["connection"] } == [nil, nil, "close"])
    #expect(try client.readToEnd() == "")
    // The endpoint's connection is none of its business.
    #expect(try proxy.get().status == 200)
    #expect(origin.connections == 1)
    #expect(proxy.comesToRest)
  }

  /// Our own answers count as well, and what was sent behind the last request is not answered (RFC 9112, 9.3.2).
  @Test func refusedAndPipelinedRequestsCount() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(
      """
      routes: [{name: all, rules: [{matches: [{path: {value: /a}}], backendRefs: [{name: origin}]}]}]
      services: [{name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}]
      """, listener: "connection: {maxRequests: 2}")
    let client = try proxy.connect()
    let unrouted = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"
    try client.send(unrouted + unrouted + unrouted)
    #expect(try client.readMessage()["connection"] == nil)
    let last = try client.readMessage()
    #expect(last.status == 404)
    #expect(last["connection"] == "close")
    #expect(try client.readToEnd() == "")
  }

  @Test func aClientsConnectionEndsWithTheFirstAnswerAfterItsAge() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, listener: "connection: {maxAge: 100ms}")
    let client = try proxy.connect()
    var answer = try client.exchange(Self.get)
    let hasEnded = try eventually {
      if answer["connection"] == "close" { return true }
      answer = try client.exchange(Self.get)
      return false
    }
    #expect(hasEnded)
    #expect(answer.status == 200)
    #expect(try client.readToEnd() == "")
  }

  @Test func anIdleConnectionOfAClientEndsAtItsAge() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(
      to: origin.port, settings: "timeouts: {lingeringClose: 0s}", listener: "connection: {maxAge: 100ms}")
    let client = try proxy.connect()
    #expect(try client.exchange(Self.get).status == 200)
    #expect(try client.readToEnd() == "")
    #expect(eventually { proxy.metrics.gauge(.downstreamConnections) == 0 })
  }

  @Test func anEndpointsConnectionEndsAfterSoManyRequests() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, service: "connection: {maxRequests: 2}")
    let client = try proxy.connect()
    for _ in 0..<5 {
      let answer = try client.exchange(Self.get)
      #expect(answer.status == 200)
      #expect(answer["connection"] == nil)
    }
    #expect(origin.connections == 3)
    #expect(proxy.service[.staleConnectionReplays] == 0)
    #expect(proxy.comesToRest)
  }

  @Test func anEndpointsConnectionEndsAtItsAge() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, service: "connection: {maxAge: 100ms}, idleTimeout: 0s")
    #expect(try proxy.get().status == 200)
    // In the pool, and nobody uses it.
    #expect(eventually { proxy.held.connections == 0 })
    // In use all the time.
    let client = try proxy.connect()
    var statuses: Set<Int> = []
    let hasMoved = try eventually {
      statuses.insert(try client.exchange(Self.get).status)
      return origin.connections > 2
    }
    #expect(hasMoved)
    #expect(statuses == [200])
    #expect(proxy.comesToRest)
  }

  /// At a hundred thousand requests a second a connection that nobody ends has brought so many within six hours.
  @Test func countsOutlast32Bits() throws {
    let origin = Origin(body: "ok")
    let driven = try DrivenProxy(to: [origin.port])
    let client = try driven.connect()
    let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    #expect(try driven.exchange(request, on: client).text == "ok")
    for connection in driven.worker.downstreams.all { connection.requests = Int(Int32.max) }
    for connection in driven.worker.upstreams.all { connection.served = Int(Int32.max) }
    for _ in 0..<2 { #expect(try driven.exchange(request, on: client).text == "ok") }
    #expect(driven.worker.downstreams.all.map(\.requests) == [Int(Int32.max) + 2])
    #expect(driven.worker.upstreams.all.map(\.served) == [Int(Int32.max) + 2])
  }
}
