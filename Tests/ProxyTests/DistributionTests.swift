import Telemetry
import Testing

/// How requests spread over real endpoints.
@Suite struct DistributionTests {
  static func proxy(_ origins: [Origin], weights: [Int], _ balancing: String, workers: Int = 1) throws
    -> TestProxy
  {
    let endpoints = zip(origins, weights).map { "{address: \"127.0.0.1:\($0.port)\", weight: \($1)}" }
    return try TestProxy(
      """
      routes:
      - {name: all, rules: [{backendRefs: [{name: origin}]}]}
      services:
      - {name: origin, endpoints: [\(endpoints.joined(separator: ", "))], loadBalancing: \(balancing)}
      """, workers: workers)
  }

  /// Sends `count` requests one after another. Returns how many each endpoint got.
  static func spread(_ count: Int, over weights: [Int], _ balancing: String) throws -> [Int] {
    let origins = weights.indices.map { Origin(body: "\($0)") }
    let proxy = try proxy(origins, weights: weights, balancing)
    let client = try proxy.connect()
    var counts = weights.map { _ in 0 }
    for _ in 0..<count {
      let place = try Int(client.exchange(ConnectionLimitTests.get).text)
      if let place { counts[place] += 1 }
    }
    return counts
  }

  @Test func roundRobinIsEven() throws {
    #expect(try Self.spread(30, over: [1, 1, 1], "round-robin") == [10, 10, 10])
  }

  @Test func roundRobinFollowsWeights() throws {
    #expect(try Self.spread(70, over: [5, 1, 1], "round-robin") == [50, 10, 10])
  }

  @Test func randomIsRoughlyEven() throws {
    // 100 expected each, a deviation of 8: 50 lies six of them away.
    for count in try Self.spread(300, over: [1, 1, 1], "random") { #expect((50...150).contains(count)) }
  }

  @Test func randomFollowsWeights() throws {
    let counts = try Self.spread(400, over: [3, 1], "random")
    #expect((240...360).contains(counts[0]))
  }

  @Test(arguments: [([1, 1], [6, 6]), ([3, 1], [9, 3])], [1, 3])
  func leastRequestIsExactOverAllWorkers(_ spread: ([Int], [Int]), _ workers: Int) throws {
    let (weights, expected) = spread
    let gate = Gate()
    let arrived = weights.map { _ in Notes() }
    let origins = arrived.map { RequestLimitTests.held($0, gate) }
    let proxy = try Self.proxy(origins, weights: weights, "least-request", workers: workers)
    var clients: [Wire] = []
    for number in 1...12 {
      let client = try proxy.connect()
      try client.send(ConnectionLimitTests.get)
      #expect(eventually { arrived.reduce(0) { $0 + $1.count } == number })
      clients.append(client)
    }
    #expect(arrived.map(\.count) == expected)
    #expect(proxy.active == expected)
    gate.open()
    for client in clients { #expect(try client.readMessage().status == 200) }
    #expect(proxy.comesToRest)
  }

  @Test func aBusyEndpointIsSpared() throws {
    let gate = Gate()
    let arrived = Notes()
    let slow = Origin { request in
      if arrived.add("") == 0 { gate.wait() }
      return "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow"
    }
    let fast = Origin(body: "fast")
    let proxy = try Self.proxy([slow, fast], weights: [1, 1], "least-request")
    let stuck = try proxy.connect()
    // Ties rotate: the first or the second request meets the slow one.
    try stuck.send(ConnectionLimitTests.get)
    #expect(eventually { arrived.count == 1 || stuck.readable > 0 })
    if arrived.count == 0 {
      _ = try stuck.readMessage()
      try stuck.send(ConnectionLimitTests.get)
      #expect(eventually { arrived.count == 1 })
    }
    for _ in 0..<10 { #expect(try proxy.get().text == "fast") }
    gate.open()
    #expect(try stuck.readMessage().text == "slow")
  }

  @Test func weightedBackendsShareARoute() throws {
    let (one, two) = (Origin(body: "one"), Origin(body: "two"))
    let proxy = try TestProxy(
      """
      routes: [{name: all, rules: [{backendRefs: [{name: one, weight: 9}, {name: two, weight: 1}]}]}]
      services:
      - {name: one, endpoints: ["127.0.0.1:\(one.port)"]}
      - {name: two, endpoints: ["127.0.0.1:\(two.port)"]}
      """)
    let client = try proxy.connect()
    var first = 0
    for _ in 0..<400 where try client.exchange(ConnectionLimitTests.get).text == "one" { first += 1 }
    // 360 expected, a deviation of 6.
    #expect((320...395).contains(first))
  }
}
