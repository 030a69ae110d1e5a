import Policy
import Primitives
import Reactor
import Synchronization
import Telemetry
import Testing

/// The breaker proper, as a service's clients see it.
@Suite struct BreakerTests {
  /// Answers with the status that it is told, and counts.
  final class Patient: Sendable {
    let requests = Notes()
    let status = Atomic<Int>(500)
    let gate = Gate()
    let holds = Atomic<Bool>(false)

    func origin() -> Origin {
      Origin { request in
        self.requests.add(request.startLine)
        if self.holds.load(ordering: .acquiring) { self.gate.wait() }
        return "HTTP/1.1 \(self.status.load(ordering: .acquiring)) X\r\nContent-Length: 0\r\n\r\n"
      }
    }
  }

  static func settings(openFor: String = "200ms", probes: Int = 2) -> String {
    "circuitBreaker: {failureRate: 50%, minimumRequests: 4, window: 60s, openFor: \(openFor), halfOpenRequests: \(probes)}"
  }

  @Test func itOpensAtTheFailureRateAndRefusesWithoutAskingTheEndpoint() throws {
    let patient = Patient()
    let origin = patient.origin()
    let proxy = try TestProxy(to: origin.port, service: Self.settings(openFor: "60s"))
    for _ in 0..<4 { #expect(try proxy.get().status == 500) }
    #expect(eventually { proxy.breaker == .open })
    patient.status.store(200, ordering: .releasing)
    for _ in 0..<10 {
      let answer = try proxy.get()
      #expect(answer.status == 503)
      #expect(answer["proxy-status"]?.contains("destination_unavailable") == true)
      #expect(answer.text.contains("circuit breaker open"))
    }
    #expect(patient.requests.count == 4)
    #expect(eventually { proxy.service[.rejectedBreaker] == 10 })
    #expect(proxy.comesToRest)
  }

  @Test func belowTheLeastNumberOrTheRateItStaysClosed() throws {
    let patient = Patient()
    let origin = patient.origin()
    let proxy = try TestProxy(to: origin.port, service: Self.settings())
    patient.status.store(200, ordering: .releasing)
    for _ in 0..<10 { #expect(try proxy.get().status == 200) }
    patient.status.store(404, ordering: .releasing)
    for _ in 0..<10 { #expect(try proxy.get().status == 404) }
    patient.status.store(500, ordering: .releasing)
    for _ in 0..<10 { #expect(try proxy.get().status == 500) }
    // 10 of 30 have failed: only the endpoint's own errors count.
    #expect(proxy.breaker == .closed)
  }

  @Test func failedConnectionsAreFailures() throws {
    let proxy = try TestProxy(to: Origin.closedPort(), service: Self.settings(openFor: "60s"))
    for _ in 0..<4 { #expect(try proxy.get().text.contains("refused")) }
    #expect(try proxy.get().text.contains("circuit breaker open"))
  }

  @Test func itOpensOnceForAllWorkers() throws {
    let patient = Patient()
    let origin = patient.origin()
    let proxy = try TestProxy(to: origin.port, service: Self.settings(openFor: "60s"), workers: 3)
    for _ in 0..<4 { #expect(try proxy.get().status == 500) }
    #expect(eventually { proxy.breaker == .open })
    for _ in 0..<20 { #expect(try proxy.get().status == 503) }
    #expect(patient.requests.count == 4)
  }

  @Test func halfOpenItLetsSoManyProbesThroughAndClosesWhenTheySucceed() throws {
    let patient = Patient()
    let origin = patient.origin()
    let proxy = try TestProxy(to: origin.port, service: Self.settings(openFor: "2s"))
    for _ in 0..<4 { #expect(try proxy.get().status == 500) }
    #expect(eventually { proxy.breaker == .open })
    let opened = Clock.now()
    patient.status.store(200, ordering: .releasing)
    patient.holds.store(true, ordering: .releasing)
    #expect(eventually { Clock.now() > opened + .milliseconds(2050) })
    // Five come at once: two are probes.
    let clients = try (0..<5).map { _ in try proxy.connect() }
    for client in clients { try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
    #expect(eventually { patient.requests.count == 6 && proxy.service[.rejectedBreaker] == 3 })
    #expect(proxy.breaker == .halfOpen)
    patient.gate.open()
    let statuses = try clients.map { try $0.readMessage().status }
    #expect(statuses.sorted() == [200, 200, 503, 503, 503])
    #expect(eventually { proxy.breaker == .closed })
    for _ in 0..<5 { #expect(try proxy.get().status == 200) }
    #expect(proxy.comesToRest)
  }

  @Test func aProbeThatFailsOpensItAgain() throws {
    let patient = Patient()
    let origin = patient.origin()
    let proxy = try TestProxy(to: origin.port, service: Self.settings(openFor: "100ms", probes: 1))
    for _ in 0..<4 { #expect(try proxy.get().status == 500) }
    // The probe is the first that is not refused.
    #expect(try eventually { try proxy.get().status == 500 })
    #expect(patient.requests.count == 5)
    #expect(eventually { proxy.breaker == .open })
    patient.status.store(200, ordering: .releasing)
    #expect(try eventually { try proxy.get().status == 200 })
    #expect(eventually { proxy.breaker == .closed })
  }

  /// A probe whose client leaves says nothing; its place is free for another.
  @Test func aProbeThatIsLeftGivesItsPlaceBack() throws {
    let patient = Patient()
    let origin = patient.origin()
    let proxy = try TestProxy(to: origin.port, service: Self.settings(openFor: "100ms", probes: 1))
    for _ in 0..<4 { #expect(try proxy.get().status == 500) }
    patient.holds.store(true, ordering: .releasing)
    #expect(
      try eventually {
        let client = try proxy.connect()
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let isProbe =
          eventually { patient.requests.count == 5 || client.readable > 0 } && patient.requests.count == 5
        if isProbe { client.reset() }
        return isProbe
      })
    #expect(proxy.comesToRest)
    patient.status.store(200, ordering: .releasing)
    patient.holds.store(false, ordering: .releasing)
    patient.gate.open()
    #expect(try eventually { try proxy.get().status == 200 })
    #expect(eventually { proxy.breaker == .closed })
  }

  @Test func anOpenBreakerStopsTheRetries() throws {
    let patient = Patient()
    let origin = patient.origin()
    let proxy = try TestProxy(
      to: origin.port, rule: "retry: {attempts: 10, on: [5xx], backoff: {base: 1ms, max: 1ms}}",
      service: Self.settings(openFor: "60s"))
    #expect(try proxy.get().status == 503)
    #expect(patient.requests.count == 4)
    #expect(proxy.comesToRest)
  }

  // MARK: What is the client's fault

  static let touchy = "circuitBreaker: {failureRate: 1%, minimumRequests: 1, window: 60s, openFor: 60s}"

  @Test func aClientThatStopsSendingIsNoFailureOfTheService() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(
      to: origin.port, service: Self.touchy, settings: "timeouts: {exchangeIdle: 100ms}")
    let client = try proxy.connect()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
    #expect(try client.readMessage().status == 408)
    #expect(proxy.comesToRest)
    #expect(proxy.breaker == .closed)
  }

  @Test func aClientThatStopsReadingIsNoFailureOfTheService() throws {
    let origin = TimeoutTests.endless()
    let proxy = try TestProxy(
      to: origin.port, service: Self.touchy, settings: "timeouts: {exchangeIdle: 200ms}")
    let client = try proxy.connect(receiveBuffer: 4096)
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(eventually { proxy.metrics.gauge(.exchanges) == 1 })
    #expect(proxy.comesToRest)
    #expect(proxy.breaker == .closed)
  }

  @Test func aBrokenRequestIsNoFailureOfTheService() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, service: Self.touchy)
    #expect(
      try proxy.connect().exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
        .status == 400)
    #expect(proxy.comesToRest)
    #expect(proxy.breaker == .closed)
  }

  @Test func waitingInOurOwnQueueIsNoFailureOfTheService() throws {
    let requests = Notes()
    let origin = RetryTimeoutTests.silent(requests)
    let proxy = try TestProxy(
      to: origin.port, rule: "timeouts: {request: 200ms}",
      service: "circuitBreaker: {maxConnections: 0, failureRate: 1%, minimumRequests: 1, openFor: 60s}")
    #expect(try proxy.get().status == 504)
    #expect(proxy.comesToRest)
    #expect(proxy.breaker == .closed)
  }
}
