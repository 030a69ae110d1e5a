import Primitives
import Telemetry
import Testing

@testable import Proxy

/// What is counted of an endpoint: attempts that it has met, and as failures only those that it has failed.
@Suite struct EndpointFailureTests {
  private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
  private static let halfPost = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf"

  /// Says so much when a request's head has come, and then nothing more.
  private static func silent(after answer: String = "") -> Origin {
    Origin { wire, _ in
      _ = try wire.read(until: "\r\n\r\n")
      try wire.send(answer)
      _ = try wire.readToEnd()
    }
  }

  /// Whether all is over, and so much was counted.
  private func counts(_ proxy: TestProxy, attempts: UInt64, failures: UInt64) -> Bool {
    guard proxy.comesToRest else { return false }
    let endpoint = proxy.metrics.endpoints[0]
    return endpoint.requests == attempts && endpoint.failures == failures
  }

  @Test(arguments: [get, halfPost]) func aClientThatLeavesIsNone(_ request: String) throws {
    let origin = Self.silent()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(request)
    #expect(eventually { proxy.metrics[.upstreamBytesSent] > 0 })
    client.reset()
    #expect(counts(proxy, attempts: 1, failures: 0))
  }

  /// An answer of which the client has seen only a part is what its head says.
  @Test(arguments: [200, 404, 500])
  func aClientThatLeavesWithinTheAnswerIsNone(_ status: Int) throws {
    let origin = Self.silent(after: "HTTP/1.1 \(status) X\r\nContent-Length: 100\r\n\r\nhalf")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.get)
    #expect(try client.readHead().status == status)
    client.reset()
    #expect(counts(proxy, attempts: 1, failures: status == 500 ? 1 : 0))
  }

  @Test func aBrokenRequestIsNone() throws {
    let origin = Self.silent()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
    #expect(eventually { proxy.metrics[.upstreamBytesSent] > 0 })
    try client.send("nonsense\r\n")
    #expect(try client.readMessage().status == 400)
    #expect(counts(proxy, attempts: 1, failures: 0))
  }

  /// Whoever waits in our queue, or finds no place in it, has met no endpoint.
  @Test func whatItHasNotMetIsNoAttempt() throws {
    let origin = Self.silent()
    let proxy = try TestProxy(
      to: origin.port, service: "circuitBreaker: {maxConnections: 1, maxPendingRequests: 1}")
    let clients = try (0..<2).map { number in
      let client = try proxy.connect()
      try client.send(Self.get)
      #expect(eventually { proxy.held.connections == 1 && proxy.held.pending == number })
      return client
    }
    #expect(try proxy.get().status == 503)
    clients[1].reset()
    #expect(eventually { proxy.held.pending == 0 })
    clients[0].reset()
    #expect(counts(proxy, attempts: 1, failures: 0))
  }

  @Test func whatIsSentAgainAtOnceIsOne() throws {
    // It closes each connection after an answer, without having said so.
    let origin = Origin { wire, number in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
      if number == 0 { _ = try wire.read(until: "\r\n\r\n") }
    }
    let proxy = try TestProxy(to: origin.port)
    for _ in 0..<2 { #expect(try proxy.get().text == "x") }
    #expect(proxy.service[.staleConnectionReplays] == 1)
    #expect(counts(proxy, attempts: 2, failures: 0))
  }

  @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "nonsense\r\n\r\n"])
  func anEndpointThatBreaksOffHasFailed(_ answer: String) throws {
    let origin = Origin { wire, _ in
      _ = try wire.read(until: "\r\n\r\n")
      try wire.send(answer)
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.get)
    _ = try? client.readMessage()
    #expect(counts(proxy, attempts: 1, failures: 1))
  }

  @Test func oneThatCannotBeReachedHasFailed() throws {
    let proxy = try TestProxy(to: Origin.closedPort())
    #expect(try proxy.get().status == 503)
    #expect(counts(proxy, attempts: 1, failures: 1))
  }

  /// Our patience with it has an end, and that is its failure; with its client, it is not.
  @Test(arguments: [get, halfPost]) func oneThatDoesNotAnswerHasFailed(_ request: String) throws {
    let origin = Self.silent()
    let driven = try DrivenProxy(to: [origin.port], settings: "timeouts: {request: 10s}")
    let client = try driven.connect()
    try client.send(request)
    driven.run { driven.metrics[.upstreamBytesSent] > 0 }
    for _ in 0..<6 { driven.pass(.seconds(100)) }
    #expect(driven.finished == 1)
    #expect(driven.metrics.endpoints.map(\.requests) == [1])
    #expect(driven.metrics.endpoints.map(\.failures) == [request == Self.get ? 1 : 0])
  }
}
