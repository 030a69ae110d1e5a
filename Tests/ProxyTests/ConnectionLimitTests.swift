import Primitives
import Reactor
import Synchronization
import Telemetry
import Testing

/// `maxConnections`: exact over all workers; who finds it reached waits in order.
@Suite struct ConnectionLimitTests {
  static func ok(_ fields: String = "") -> String {
    "HTTP/1.1 200 OK\r\n\(fields)Content-Length: 2\r\n\r\nok"
  }
  static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  /// Counts the connections that are open at a time.
  final class Census: Sendable {
    private let counts = Mutex<(open: Int, most: Int)>((0, 0))
    var most: Int { counts.withLock { $0.most } }

    func origin(_ serve: @escaping @Sendable (Wire) throws -> Void) -> Origin {
      Origin { wire, _ in
        self.counts.withLock {
          $0.open += 1
          $0.most = max($0.most, $0.open)
        }
        // The proxy counts a connection as closed before the endpoint can see its end.
        defer { self.counts.withLock { $0.open -= 1 } }
        try serve(wire)
      }
    }
  }

  @Test(arguments: [1, 3]) func noMoreConnectionsThanAllowed(_ workers: Int) throws {
    let arrived = Notes()
    let gate = Gate()
    let origin = Origin { wire, _ in
      while true {
        _ = try wire.readMessage()
        arrived.add("")
        gate.wait()
        try wire.send(Self.ok())
      }
    }
    let proxy = try TestProxy(
      to: origin.port, service: "circuitBreaker: {maxConnections: 3}", workers: workers)
    let clients = try (0..<12).map { _ in try proxy.connect() }
    for client in clients { try client.send(Self.get) }
    #expect(eventually { arrived.count == 3 && proxy.held.pending == 9 })
    #expect(proxy.held.connections == 3)
    #expect(origin.connections == 3)
    gate.open()
    for client in clients { #expect(try client.readMessage().status == 200) }
    #expect(proxy.comesToRest)
  }

  @Test func whoWaitsIsServedInOrder() throws {
    let order = Notes()
    let gate = Gate()
    let serve: @Sendable (Message) -> String = { request in
      order.add(String(request.startLine.split(separator: " ")[1]))
      gate.wait()
      return Self.ok()
    }
    let (one, two) = (Origin(answering: serve), Origin(answering: serve))
    let proxy = try TestProxy(to: one.port, two.port, service: "circuitBreaker: {maxConnections: 1}")
    var clients: [Wire] = []
    for number in 0..<8 {
      let client = try proxy.connect()
      try client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(eventually { number == 0 ? order.count == 1 : proxy.held.pending == number })
      clients.append(client)
    }
    gate.open()
    for client in clients { #expect(try client.readMessage().status == 200) }
    #expect(order.all == (0..<8).map { "/\($0)" })
    #expect(proxy.comesToRest)
  }

  @Test func anIdleConnectionToAnotherEndpointMakesRoom() throws {
    let origins = (0..<3).map { number in Origin(body: "\(number)") }
    let proxy = try TestProxy(endpoints: origins.map(\.port), service: "circuitBreaker: {maxConnections: 1}")
    var seen: Set<String> = []
    for _ in 0..<9 {
      seen.insert(try proxy.get().text)
      #expect(proxy.held.connections <= 1)
    }
    #expect(seen == ["0", "1", "2"])
    #expect(proxy.comesToRest)
  }

  @Test func anIdleConnectionOfAnotherWorkerMakesRoom() throws {
    let origin = Origin(body: "ok")
    let proxy = try TestProxy(to: origin.port, service: "circuitBreaker: {maxConnections: 1}", workers: 3)
    for _ in 0..<40 {
      #expect(try proxy.get().text == "ok")
      #expect(proxy.held.connections <= 1)
    }
    #expect(proxy.comesToRest)
  }

  /// Nobody who waits is passed over for ever, wherever the connections happen to be.
  @Test(arguments: [(1, 1), (1, 3), (3, 1), (2, 2)]) func nobodyStarves(_ workers: Int, _ endpoints: Int)
    throws
  {
    let origins = (0..<endpoints).map { _ in Origin(body: "ok") }
    let proxy = try TestProxy(
      endpoints: origins.map(\.port), rule: "timeouts: {request: 20s}",
      service: "circuitBreaker: {maxConnections: 1}",
      workers: workers)
    let done = (0..<12).map { _ in Notes() }
    let failures = Notes()
    inParallel(12) { index in
      do {
        let client = try proxy.connect()
        let end = Clock.now() + .seconds(10)
        // Everybody goes on until the last one has had enough: load never lets up.
        while done.contains(where: { $0.count < 10 }) && Clock.now() < end {
          let status = try client.exchange(Self.get).status
          if status == 200 { done[index].add("") } else { failures.add("\(status)") }
        }
      } catch { failures.add("\(error)") }
    }
    #expect(failures.all == [])
    #expect(done.allSatisfy { $0.count >= 10 }, "\(done.map(\.count))")
    #expect(proxy.comesToRest)
  }

  /// The place of one that waits and leaves goes to the next.
  @Test func aPlaceInTheQueueIsGivenUp() throws {
    let gate = Gate()
    let order = Notes()
    let origin = Origin { request in
      order.add(request.startLine)
      gate.wait()
      return Self.ok()
    }
    let proxy = try TestProxy(
      to: origin.port, service: "circuitBreaker: {maxConnections: 1, maxPendingRequests: 2}")
    let clients = try (0..<3).map { number in
      let client = try proxy.connect()
      try client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(eventually { proxy.held.pending == number && order.count == 1 })
      return client
    }
    #expect(try proxy.get().status == 503)
    clients[1].reset()
    #expect(eventually { proxy.held.pending == 1 })
    let last = try proxy.connect()
    try last.send("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(eventually { proxy.held.pending == 2 })
    gate.open()
    #expect(try last.readMessage().status == 200)
    #expect(try clients[2].readMessage().status == 200)
    #expect(order.all == ["GET /0 HTTP/1.1", "GET /2 HTTP/1.1", "GET /3 HTTP/1.1"])
    #expect(proxy.comesToRest)
  }

  /// The connection that the others wait for dies: the next one opens its own.
  @Test func whoWaitsGetsAFreshConnectionWhenTheOldOneDies() throws {
    let gate = Gate()
    let origin = Origin { wire, number in
      _ = try wire.readMessage()
      if number == 0 {
        gate.wait()
        return wire.reset()
      }
      try wire.send(Self.ok("Connection: close\r\n"))
    }
    let proxy = try TestProxy(to: origin.port, service: "circuitBreaker: {maxConnections: 1}")
    let clients = try (0..<5).map { number in
      let client = try proxy.connect()
      try client.send(Self.get)
      #expect(eventually { proxy.held.pending == number && proxy.held.connections == 1 })
      return client
    }
    gate.open()
    #expect(try clients.map { try $0.readMessage().status } == [502, 200, 200, 200, 200])
    #expect(proxy.comesToRest)
  }

  /// The endpoint refuses those who waited: each hears of it, none is forgotten.
  @Test(arguments: [1, 2]) func whoWaitsHearsOfRefusals(_ workers: Int) throws {
    let gate = Gate()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      gate.wait()
      wire.reset()
    }
    let proxy = try TestProxy(
      to: origin.port, service: "circuitBreaker: {maxConnections: 1}", workers: workers)
    let clients = try (0..<6).map { _ in
      let client = try proxy.connect()
      try client.send(Self.get)
      return client
    }
    #expect(eventually { proxy.held.pending == 5 })
    origin.stop()
    gate.open()
    for client in clients { #expect(try client.readMessage().status >= 502) }
    #expect(proxy.comesToRest)
  }
}
