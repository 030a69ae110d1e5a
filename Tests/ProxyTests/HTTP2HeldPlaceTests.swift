import HTTP
import Mesh
import Policy
import Primitives
import Telemetry
import Testing

@testable import Proxy

/// A client that keeps its windows shut does not keep a service's places from others for long.
@Suite struct HTTP2HeldPlaceTests {
  private static let origin = Origin { request in
    let body = String(repeating: "x", count: request.startLine.contains("/ ") ? 100_000 : 5)
    return "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private static func driven(_ most: Int) throws -> DrivenProxy {
    try DrivenProxy(
      to: [origin.port], listener: "http2: {narrowStreams: 10}",
      service: "circuitBreaker: {maxRequests: \(most)}",
      settings: "timeouts: {request: 10m, exchangeIdle: 10m}")
  }

  /// Three requests for a large body, or for a small one, whose windows take nothing.
  private static func requests(large: Bool) -> [UInt8] {
    RawHTTP2.opening(window: 0) + [1, 3, 5].flatMap { RawHTTP2.get($0, large ? "/" : "/small") }
  }

  private static func held(_ driven: DrivenProxy) -> Int {
    driven.worker.snapshot.services[0].state.requests.current
  }

  private static func othersAreServed(_ driven: DrivenProxy) throws -> Bool {
    try driven.exchange("GET /small HTTP/1.1\r\nHost: a\r\n\r\n", on: driven.connect()).status == 200
  }

  /// Nothing is left for the endpoint to do: there is a place again at once.
  @Test func whatTheEndpointHasDoneIsDone() throws {
    let driven = try Self.driven(3)
    let client = try driven.connect()
    try client.send(Self.requests(large: false))
    driven.run { driven.metrics.services[0][.connectionsCreated] == 3 && Self.held(driven) == 0 }
    #expect(Self.held(driven) == 0)
    #expect(driven.worker.activeExchanges == 3)
    #expect(try Self.othersAreServed(driven))
    client.reset()
    driven.run { driven.worker.activeExchanges == 0 }
    #expect(Self.held(driven) == 0)
  }

  @Test func whoTakesNothingGoesWhenOthersNeedThePlace() throws {
    let driven = try Self.driven(3)
    let client = try driven.connect()
    try client.send(Self.requests(large: true))
    driven.run { driven.metrics[.upstreamBytesReceived] > 3 * 8000 }
    #expect(try !Self.othersAreServed(driven))
    driven.pass(.milliseconds(1_100))
    driven.pass(.seconds(3))
    #expect(Self.held(driven) == 3)
    driven.pass(.milliseconds(1_100))
    #expect(driven.metrics[.downstreamStalled] == 1)
    #expect(Self.held(driven) == 2)
    #expect(try Self.othersAreServed(driven))
    client.reset()
    driven.run { driven.worker.activeExchanges == 0 }
    #expect(Self.held(driven) == 0)
  }

  /// It has taken nothing for long when the last place goes: nobody waits for another five seconds.
  @Test func whoHasStoodForLongGoesAtOnce() throws {
    let driven = try Self.driven(4)
    let (first, second) = (try driven.connect(), try driven.connect())
    try first.send(Self.requests(large: true))
    driven.run { driven.metrics[.upstreamBytesReceived] > 3 * 8000 }
    for _ in 0..<3 { driven.pass(.seconds(3)) }
    try second.send(Self.requests(large: true))
    driven.run { driven.metrics.services[0][.rejectedRequests] == 2 }
    #expect(try !Self.othersAreServed(driven))
    driven.pass(.milliseconds(1_100))
    #expect(driven.metrics[.downstreamStalled] == 1)
    #expect(Self.held(driven) == 3)
    #expect(try Self.othersAreServed(driven))
    for client in [first, second] { client.reset() }
    driven.run { driven.worker.activeExchanges == 0 }
    #expect(Self.held(driven) == 0)
  }

  @Test func whoKeepsNobodyWaitingMayStay() throws {
    let driven = try Self.driven(4)
    let client = try driven.connect()
    try client.send(Self.requests(large: true))
    driven.run { driven.metrics[.upstreamBytesReceived] > 3 * 8000 }
    for _ in 0..<10 { driven.pass(.seconds(6)) }
    #expect(driven.metrics[.downstreamStalled] == 0)
    #expect(Self.held(driven) == 3)
    client.reset()
    driven.run { driven.worker.activeExchanges == 0 }
  }
}
