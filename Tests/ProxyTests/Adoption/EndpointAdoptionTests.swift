import Mesh
import Proxy
import Telemetry
import Testing

/// Endpoints come and go while requests are under way.
@Suite struct EndpointAdoptionTests {
  static let get = ConnectionLimitTests.get
  private let states = StateStore()

  @Test(arguments: [1, 3]) func connectionsToThoseThatStayAreKept(_ workers: Int) throws {
    let (first, second) = (Origin(body: "1"), Origin(body: "2"))
    let proxy = try TestProxy(whole: TestProxy.yaml([first.port]), states, workers: workers)
    let client = try proxy.connect()
    #expect(try client.exchange(Self.get).text == "1")
    try proxy.adopt(TestProxy.yaml([second.port, first.port]), states)
    let answers = try (0..<10).map { _ in try client.exchange(Self.get).text }
    #expect(answers.filter { $0 == "1" }.count == 5 && answers.filter { $0 == "2" }.count == 5)
    // The client's connection and the endpoint's have seen nothing of it.
    #expect(first.connections == 1 && second.connections == 1)
    #expect(proxy.comesToRest)
    #expect(proxy.metrics.endpoints.map(\.requests).sorted() == [5, 6])
  }

  @Test func whoLeavesFinishesWhatItHasAndGetsNothingNew() throws {
    let (arrived, gate) = (Notes(), Gate())
    let leaving = RequestLimitTests.held(arrived, gate)
    let staying = Origin(body: "stays")
    let proxy = try TestProxy(whole: TestProxy.yaml([leaving.port]), states)
    let client = try proxy.connect()
    try client.send(Self.get)
    #expect(eventually { arrived.count == 1 })
    try proxy.adopt(TestProxy.yaml([staying.port]), states)
    for _ in 0..<5 { #expect(try proxy.get().text == "stays") }
    gate.open()
    #expect(try client.readMessage().status == 200)
    #expect(try client.exchange(Self.get).text == "stays")
    #expect(arrived.count == 1 && leaving.connections == 1)
    // Its connection is not kept.
    #expect(eventually { proxy.held.connections == 1 })
    #expect(proxy.comesToRest)
  }

  @Test func idleConnectionsOfWhoLeavesEnd() throws {
    let ended = Notes()
    let leaving = Origin { wire, _ in
      defer { ended.add("ended") }
      while true {
        _ = try wire.readMessage()
        try wire.send(ConnectionLimitTests.ok())
      }
    }
    let staying = Origin(body: "stays")
    let proxy = try TestProxy(whole: TestProxy.yaml([leaving.port, staying.port]), states)
    for _ in 0..<4 { #expect(try proxy.get().status == 200) }
    #expect(proxy.held.connections == 2)
    try proxy.adopt(TestProxy.yaml([staying.port]), states)
    #expect(eventually { ended.count == 1 && proxy.held.connections == 1 })
    #expect(proxy.comesToRest)
  }

  @Test func whoWaitsForAConnectionToOneThatLeavesGoesElsewhere() throws {
    let (arrived, gate) = (Notes(), Gate())
    let leaving = RequestLimitTests.held(arrived, gate)
    let staying = Origin(body: "stays")
    let limited = "circuitBreaker: {maxConnections: 1}"
    let proxy = try TestProxy(whole: TestProxy.yaml([leaving.port], service: limited), states)
    let clients = try (0..<3).map { number in
      let client = try proxy.connect()
      try client.send(Self.get)
      #expect(eventually { arrived.count == 1 && proxy.held.pending == number })
      return client
    }
    try proxy.adopt(TestProxy.yaml([staying.port], service: limited), states)
    gate.open()
    #expect(try clients[0].readMessage().status == 200)
    for client in clients[1...] { #expect(try client.readMessage().text == "stays") }
    #expect(arrived.count == 1)
    #expect(proxy.comesToRest)
  }

  @Test func whoWaitsForAServiceWithoutEndpointsIsAnswered() throws {
    let (arrived, gate) = (Notes(), Gate())
    let origin = RequestLimitTests.held(arrived, gate)
    let limited = "circuitBreaker: {maxConnections: 1}"
    let proxy = try TestProxy(whole: TestProxy.yaml([origin.port], service: limited), states)
    let clients = try (0..<2).map { number in
      let client = try proxy.connect()
      try client.send(Self.get)
      #expect(eventually { arrived.count == 1 && proxy.held.pending == number })
      return client
    }
    try proxy.adopt(TestProxy.yaml([], service: limited), states)
    #expect(try clients[1].readMessage().status == 503)
    gate.open()
    #expect(try clients[0].readMessage().status == 200)
    #expect(try proxy.get().status == 503)
    #expect(eventually { proxy.held.connections == 0 })
    try proxy.adopt(TestProxy.yaml([origin.port], service: limited), states)
    #expect(try proxy.get().status == 200)
    #expect(proxy.comesToRest)
  }

  @Test func aRetryGoesWhereTheServiceIsNow() throws {
    let (arrived, gate) = (Notes(), Gate())
    let failing = Origin { request in
      arrived.add(request.startLine)
      gate.wait()
      return "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
    }
    let good = Origin(body: "good")
    let rule = "retry: {attempts: 3, on: [\"503\"], backoff: {base: 1ms, max: 2ms}}"
    let proxy = try TestProxy(whole: TestProxy.yaml([failing.port], rule: rule), states)
    let client = try proxy.connect()
    try client.send(Self.get)
    #expect(eventually { arrived.count == 1 })
    try proxy.adopt(TestProxy.yaml([good.port], rule: rule), states)
    gate.open()
    #expect(try client.readMessage().text == "good")
    #expect(arrived.count == 1)
    #expect(proxy.comesToRest)
  }

  /// Weights of connections' pools, and whose turn it is, are those of the new list.
  @Test func weightsMayChange() throws {
    let (first, second) = (Origin(body: "1"), Origin(body: "2"))
    let proxy = try TestProxy(whole: TestProxy.yaml([first.port, second.port]), states)
    for _ in 0..<4 { _ = try proxy.get() }
    let weighted = TestProxy.yaml([first.port, second.port]).replacing(
      "\"127.0.0.1:\(second.port)\"", with: "{address: \"127.0.0.1:\(second.port)\", weight: 3}")
    try proxy.adopt(weighted, states)
    let answers = try (0..<8).map { _ in try proxy.get().text }
    #expect(answers.filter { $0 == "2" }.count == 6)
    #expect(first.connections == 1 && second.connections == 1)
  }

  @Test func whoWaitsHasTheHigherLimitAtOnce() throws {
    let (arrived, gate) = (Notes(), Gate())
    let origin = RequestLimitTests.held(arrived, gate)
    let proxy = try TestProxy(
      whole: TestProxy.yaml([origin.port], service: "circuitBreaker: {maxConnections: 1}"), states)
    let clients = try (0..<3).map { number in
      let client = try proxy.connect()
      try client.send(Self.get)
      #expect(eventually { arrived.count == 1 && proxy.held.pending == number })
      return client
    }
    try proxy.adopt(TestProxy.yaml([origin.port], service: "circuitBreaker: {maxConnections: 3}"), states)
    #expect(eventually { arrived.count == 3 })
    gate.open()
    for client in clients { #expect(try client.readMessage().status == 200) }
    #expect(proxy.comesToRest)
  }

  /// One worker's idle connection over HTTP/2 makes room for who waits on another.
  @Test func aSharedConnectionThatIsIdleKeepsNobodyWaiting() throws {
    let origin = HTTP2Origin { try $0.respond(ends: true) }
    let proxy = try TestProxy(
      to: origin.port, service: "protocol: h2, circuitBreaker: {maxConnections: 1}", workers: 3)
    for _ in 0..<30 { #expect(try proxy.get().status == 200) }
    #expect(proxy.comesToRest)
  }
}
