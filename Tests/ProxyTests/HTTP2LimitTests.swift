import HTTP
import Telemetry
import Testing

/// What limits mean where many exchanges share a connection to an endpoint.
@Suite struct HTTP2LimitTests {
  /// Streams count as requests, and their connection as one.
  @Test func streamsAreRequests() throws {
    let origin = HTTP2Origin { call in
      if call.message?.startLine.contains("/end") ?? false { try call.respond(ends: true) }
    }
    let proxy = try TestProxy(
      toHTTP2: origin.port,
      service: "circuitBreaker: {maxRequests: 2, maxConnections: 1, maxPendingRequests: 1}")
    let client = try proxy.connectHTTP2()
    let first = try client.start()
    _ = try client.start()
    #expect(eventually { proxy.held.requests == 2 })
    #expect(proxy.held.connections == 1)
    #expect(try client.exchange("GET", "/end").status == 503)
    try first.reset(.cancel)
    #expect(eventually { proxy.held.requests == 1 })
    #expect(try client.exchange("GET", "/end").status == 200)
    #expect(origin.connections == 1)
    client.wire.reset()
    #expect(proxy.comesToRest)
  }

  @Test func aConnectionCarriesSoManyRequests() throws {
    let origin = HTTP2Origin { try $0.respond(ends: true) }
    let proxy = try TestProxy(toHTTP2: origin.port, service: "connection: {maxRequests: 2}")
    let client = try proxy.connectHTTP2()
    for _ in 0..<6 { #expect(try client.exchange().status == 200) }
    #expect(origin.connections == 3)
    #expect(proxy.comesToRest)
  }
}
