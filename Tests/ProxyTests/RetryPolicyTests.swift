import Primitives
import Reactor
import Telemetry
import Testing

/// How often, how soon and where a failed request is tried again.
@Suite struct RetryPolicyTests {
  static func unavailable(_ requests: Notes, fields: String = "") -> Origin {
    Origin { request in
      requests.add(request.startLine)
      return "HTTP/1.1 503 Unavailable\r\n\(fields)Content-Length: 4\r\n\r\nbusy"
    }
  }

  @Test(arguments: 0...3) func attemptsAreRetriesAfterTheFirstTry(_ attempts: Int) throws {
    let requests = Notes()
    let origin = Self.unavailable(requests)
    let proxy = try TestProxy(
      to: origin.port, rule: "retry: {attempts: \(attempts), on: [\"503\"], backoff: {base: 1ms, max: 1ms}}")
    let answer = try proxy.get()
    // The last answer is the client's, as it is.
    #expect(answer.status == 503)
    #expect(answer.text == "busy")
    #expect(requests.count == attempts + 1)
    #expect(eventually { proxy.service[.retries] == UInt64(attempts) })
    #expect(eventually { proxy.service[.retrySkippedAttempts] == (attempts > 0 ? 1 : 0) })
    #expect(proxy.comesToRest)
  }

  /// One of two endpoints is dead: it gets every other first attempt, not nearly all of them.
  @Test(arguments: ["round-robin", "least-request"])
  func retriesDoNotTurnTheNextRequestToTheDeadOne(_ balancing: String) throws {
    let origin = Origin(body: "live")
    let proxy = try TestProxy(
      to: Origin.closedPort(), origin.port,
      rule: "retry: {attempts: 1, on: [connect-failure], backoff: {base: 1ms, max: 1ms}}",
      service: "loadBalancing: \(balancing)")
    for _ in 0..<20 { #expect(try proxy.get().text == "live") }
    #expect(eventually { proxy.service[.retries] == 10 })
    #expect(proxy.comesToRest)
  }

  @Test func withoutARuleNothingIsRetried() throws {
    let requests = Notes()
    let origin = Self.unavailable(requests)
    let proxy = try TestProxy(to: origin.port)
    #expect(try proxy.get().status == 503)
    #expect(requests.count == 1)
  }

  @Test(arguments: ["round-robin", "least-request", "random"])
  func theNextAttemptGoesToAnotherEndpoint(_ balancing: String) throws {
    let bad = Notes()
    let failing = (0..<3).map { _ in Self.unavailable(bad) }
    let good = Origin(body: "good")
    let proxy = try TestProxy(
      endpoints: failing.map(\.port) + [good.port],
      rule: "retry: {attempts: 3, on: [5xx], backoff: {base: 1ms, max: 1ms}}",
      service: "loadBalancing: \(balancing)")
    for _ in 0..<20 {
      let before = bad.count
      #expect(try proxy.get().text == "good")
      // None of the failing ones was asked twice.
      #expect(bad.count - before <= 3)
    }
    #expect(proxy.comesToRest)
  }

  @Test func whereThereIsNoOtherTheSameEndpointIsTriedAgain() throws {
    let requests = Notes()
    let origin = Origin { _ in
      requests.add("") < 2
        ? "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    }
    let proxy = try TestProxy(
      to: origin.port, rule: "retry: {attempts: 2, on: [5xx], backoff: {base: 1ms, max: 1ms}}")
    #expect(try proxy.get().status == 200)
    #expect(requests.count == 3)
  }

  @Test func retryAfterIsWaitedFor() throws {
    let requests = Notes()
    let origin = Origin { _ in
      requests.add("") == 0
        ? "HTTP/1.1 503 No\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
        : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    }
    let proxy = try TestProxy(to: origin.port, rule: "retry: {on: [5xx], backoff: {base: 1ms, max: 1ms}}")
    let start = Clock.now()
    #expect(try proxy.get().status == 200)
    // Never earlier than asked; how much later is the machine's business.
    #expect(Clock.now() - start >= .seconds(1))
    #expect(proxy.comesToRest)
  }

  @Test func aLongRetryAfterIsTheClients() throws {
    let requests = Notes()
    let origin = Self.unavailable(requests, fields: "Retry-After: 120\r\n")
    let proxy = try TestProxy(to: origin.port, rule: "retry: {on: [5xx]}")
    let answer = try proxy.get()
    #expect(answer.status == 503)
    #expect(answer["retry-after"] == "120")
    #expect(requests.count == 1)
    #expect(eventually { proxy.service[.retrySkippedRetryAfter] == 1 })
  }

  @Test func aClientsConnectionGoesOnAfterARetry() throws {
    let requests = Notes()
    let origin = Origin { _ in
      requests.add("") % 2 == 0
        ? "HTTP/1.1 503 No\r\nContent-Length: 5\r\n\r\nfirst"
        : "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond"
    }
    let proxy = try TestProxy(to: origin.port, rule: "retry: {on: [5xx], backoff: {base: 1ms, max: 1ms}}")
    let client = try proxy.connect()
    for _ in 0..<5 { #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "second") }
  }
}
