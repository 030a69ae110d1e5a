import Policy
import Proxy
import Mesh
import Telemetry
import Testing

/// A client that goes away, at whatever point, leaves nothing behind: no exchange, no place under a limit, no
/// connection to an endpoint with half a message on it.
@Suite struct ClientLeavesTests {
  static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
  static let halfPost = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf"

  private func pending(_ proxy: TestProxy) -> Int { proxy.server.snapshot.services[0].state.pending.current }

  private func leavesNothing(_ proxy: TestProxy) {
    #expect(becomes { proxy.isQuiet && proxy.clients == 0 })
  }

  /// Reads all there is and says nothing.
  private static func silent() -> Origin { Origin { wire, _ in _ = try wire.readToEnd() } }

  @Test(arguments: [true, false]) func betweenRequests(_ withReset: Bool) throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    #expect(try client.exchange(Self.get).text == "x")
    if withReset { client.reset() } else { client.finish() }
    leavesNothing(proxy)
    // The connection to the endpoint was clean, so it serves the next client.
    #expect(try proxy.get().text == "x")
    #expect(origin.connections == 1)
  }

  @Test func withinTheHead() throws {
    let proxy = try TestProxy(to: 9)
    let client = try proxy.connect()
    try client.send("GET / HT")
    #expect(becomes { proxy.server.activeExchanges == 1 })
    client.reset()
    leavesNothing(proxy)
  }

  @Test(arguments: [true, false]) func withinTheBody(_ withReset: Bool) throws {
    let ended = Noted<String>()
    let origin = Origin { wire, _ in ended.note((try? wire.readToEnd()) ?? "") }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.halfPost)
    #expect(becomes { origin.connections == 1 })
    if withReset { client.reset() } else { client.finish() }
    leavesNothing(proxy)
    #expect(becomes { !ended.all.isEmpty })
  }

  @Test func whileTheEndpointThinks() throws {
    let origin = Self.silent()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.get)
    #expect(becomes { origin.connections == 1 })
    client.reset()
    leavesNothing(proxy)
    #expect(proxy.metrics[.downstreamLeft] == 1)
  }

  @Test func whileItWaitsForAConnection() throws {
    let origin = Self.silent()
    let proxy = try TestProxy(to: origin.port, service: "circuitBreaker: {maxConnections: 1}")
    let first = try proxy.connect()
    try first.send(Self.get)
    #expect(becomes { origin.connections == 1 })
    let second = try proxy.connect()
    try second.send(Self.get)
    #expect(becomes { pending(proxy) == 1 })
    second.reset()
    #expect(becomes { pending(proxy) == 0 && proxy.server.activeExchanges == 1 })
    first.reset()
    leavesNothing(proxy)
  }

  /// The first in the queue leaves; the second gets the connection.
  @Test func whileOthersWaitBehindIt() throws {
    let go = Noted<Bool>()
    let origin = Origin { wire, _ in
      while true {
        _ = try wire.readMessage()
        if becomes({ !go.all.isEmpty }) { try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx") }
      }
    }
    let proxy = try TestProxy(to: origin.port, service: "circuitBreaker: {maxConnections: 1}")
    let clients = try (0..<3).map { number in
      let client = try proxy.connect()
      try client.send(Self.get)
      #expect(becomes { pending(proxy) == number && origin.connections == 1 })
      return client
    }
    clients[1].reset()
    #expect(becomes { pending(proxy) == 1 })
    go.note(true)
    #expect(try clients[0].readMessage().text == "x")
    #expect(try clients[2].readMessage().text == "x")
    #expect(becomes { proxy.isQuiet })
    #expect(origin.connections == 1)
  }

  @Test func betweenTwoAttempts() throws {
    let origin = Origin { _ in "HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n" }
    let proxy = try TestProxy(to: origin.port, rule: "retry: {attempts: 1, on: [\"503\"]}")
    let client = try proxy.connect()
    try client.send(Self.get)
    #expect(becomes { proxy.server.snapshot.services[0].state.retries.current == 1 })
    client.reset()
    leavesNothing(proxy)
  }

  @Test func withinTheAnswer() throws {
    let ended = Noted<Bool>()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
      _ = try? wire.readToEnd()
      ended.note(true)
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.get)
    #expect(try client.readHead().status == 200)
    client.reset()
    leavesNothing(proxy)
    #expect(becomes { ended.all == [true] })
  }

  /// The answer is complete on our side, and nobody takes it.
  @Test func withALongAnswerUnread() throws {
    let origin = Origin(body: String(repeating: "x", count: 20 << 20))
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect(receiveBuffer: 4096)
    try client.send(Self.get)
    #expect(try client.readHead().status == 200)
    client.reset()
    leavesNothing(proxy)
  }

  @Test func withItsAnswerJustFlushing() throws {
    // As much as fits into the proxy's buffer, and more than the kernel takes for a client that does not read.
    let origin = Origin(body: String(repeating: "x", count: 3 << 20))
    let proxy = try TestProxy(to: origin.port, settings: "limits: {bufferSize: 16MiB}")
    let client = try proxy.connect(receiveBuffer: 4096)
    try client.send(Self.get)
    #expect(try client.readHead().status == 200)
    // The endpoint's connection is free again: all of the answer is with us.
    #expect(becomes { proxy.metrics.service(named: "origin")?.gauge(.connectionsIdle) == 1 })
    client.reset()
    leavesNothing(proxy)
  }

  @Test func whileLingering() throws {
    let proxy = try TestProxy(to: 9)
    let client = try proxy.connect()
    try client.send("BROKEN\r\n\r\n")
    #expect(try client.readMessage().status == 400)
    client.reset()
    leavesNothing(proxy)
  }

  /// Many at once, each at a point of its own; then the proxy is as good as new.
  @Test func inCrowds() throws {
    let origin = Origin { wire, number in
      while true {
        _ = try wire.readMessage()
        try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        try wire.send([UInt8](repeating: 120, count: 100_000))
      }
    }
    let proxy = try TestProxy(to: origin.port, service: "circuitBreaker: {maxConnections: 8}", workers: 2)
    for round in 0..<200 {
      let client = try proxy.connect()
      switch round % 5 {
      case 0: try client.send("GET / HT")
      case 1: try client.send(Self.get)
      case 2: try client.send(Self.halfPost)
      case 3:
        try client.send(Self.get)
        _ = try client.readHead()
      default: #expect(try client.exchange(Self.get).body.count == 100_000)
      }
      if round % 2 == 0 { client.reset() }
    }
    leavesNothing(proxy)
    #expect(try proxy.get().body.count == 100_000)
  }
}
