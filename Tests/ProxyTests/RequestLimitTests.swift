import Telemetry
import Testing

/// `maxPendingRequests` and `maxRequests`: who comes past them is answered at once.
@Suite struct RequestLimitTests {
  static let get = ConnectionLimitTests.get

  /// Answers when the gate opens.
  static func held(_ arrived: Notes, _ gate: Gate) -> Origin {
    Origin { request in
      arrived.add(request.startLine)
      gate.wait()
      return ConnectionLimitTests.ok()
    }
  }

  @Test(arguments: [0, 1, 3]) func noMoreWaitThanAllowed(_ most: Int) throws {
    let (arrived, gate) = (Notes(), Gate())
    let origin = Self.held(arrived, gate)
    let proxy = try TestProxy(
      to: origin.port, service: "circuitBreaker: {maxConnections: 1, maxPendingRequests: \(most)}")
    let clients = try (0...most).map { number in
      let client = try proxy.connect()
      try client.send(Self.get)
      #expect(eventually { proxy.held.pending == number && arrived.count == 1 })
      return client
    }
    let answer = try proxy.get()
    #expect(answer.status == 503)
    #expect(answer["proxy-status"]?.contains("connection_limit_reached") == true)
    #expect(answer.text.contains("waiting"))
    #expect(eventually { proxy.service[.rejectedPending] == 1 })
    gate.open()
    for client in clients { #expect(try client.readMessage().status == 200) }
    #expect(try proxy.get().status == 200)
    #expect(proxy.comesToRest)
  }

  @Test(arguments: [1, 3]) func noMoreRequestsThanAllowed(_ workers: Int) throws {
    let (arrived, gate) = (Notes(), Gate())
    let origin = Self.held(arrived, gate)
    let proxy = try TestProxy(to: origin.port, service: "circuitBreaker: {maxRequests: 5}", workers: workers)
    let clients = try (0..<20).map { _ in
      let client = try proxy.connect()
      try client.send(Self.get)
      return client
    }
    #expect(eventually { arrived.count == 5 && proxy.service[.rejectedRequests] == 15 })
    #expect(proxy.held.requests == 5)
    gate.open()
    let statuses = try clients.map { try $0.readMessage().status }
    #expect(statuses.filter { $0 == 200 }.count == 5)
    #expect(statuses.filter { $0 == 503 }.count == 15)
    #expect(proxy.comesToRest)
    // A refusal costs nobody the connection.
    for client in clients { #expect(try client.exchange(Self.get).status == 200) }
    #expect(proxy.comesToRest)
  }

  @Test func waitingAndBackingOffCountAsRequests() throws {
    let origin = RetryPolicyTests.unavailable(Notes(), fields: "Retry-After: 3\r\n")
    let proxy = try TestProxy(
      to: origin.port, rule: "retry: {on: [5xx]}", service: "circuitBreaker: {maxRequests: 1}")
    let first = try proxy.connect()
    try first.send(Self.get)
    #expect(eventually { proxy.held.retries == 1 })
    let answer = try proxy.get()
    #expect(answer.status == 503)
    #expect(answer.text.contains("too many requests"))
    first.reset()
    #expect(proxy.comesToRest)
  }

  @Test func zeroAdmitsNothing() throws {
    let origin = Origin(body: "ok")
    let proxy = try TestProxy(to: origin.port, service: "circuitBreaker: {maxRequests: 0}")
    #expect(try proxy.get().status == 503)
    #expect(origin.connections == 0)
    #expect(proxy.comesToRest)
  }
}
