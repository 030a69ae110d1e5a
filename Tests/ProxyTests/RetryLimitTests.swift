import Telemetry
import Testing

@Suite struct RetryLimitTests {
  /// One retry is under way, waiting for its back-off: the other failure is the client's.
  @Test func noMoreThanMaxRetriesAreUnderWay() throws {
    let origin = RetryPolicyTests.unavailable(Notes(), fields: "Retry-After: 3\r\n")
    let proxy = try TestProxy(
      to: origin.port, rule: "retry: {on: [5xx]}", service: "circuitBreaker: {maxRetries: 1}")
    let first = try proxy.connect()
    try first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(eventually { proxy.held.retries == 1 })
    #expect(try proxy.get().status == 503)
    #expect(eventually { proxy.service[.retrySkippedLimit] == 1 })
    // Its place is free again once the first one is gone.
    first.reset()
    #expect(proxy.comesToRest)
    let third = try proxy.connect()
    try third.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(eventually { proxy.held.retries == 1 })
    #expect(proxy.service[.retries] == 2)
  }

  /// However long the answer goes on that a retry has brought, other retries are not kept from theirs.
  @Test(arguments: [
    (request: "", head: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"),
    (
      request: "Connection: upgrade\r\nUpgrade: x\r\n",
      head: "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"
    ),
  ]) func anAcceptedAnswerNeedsNoPlace(_ row: (request: String, head: String)) throws {
    let origin = Origin { wire, number in
      _ = try wire.readHead()
      try wire.send(
        number == 0 ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" : row.head)
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(
      to: origin.port, rule: "retry: {attempts: 1, on: [5xx], backoff: {base: 1ms, max: 1ms}}",
      service: "circuitBreaker: {maxRetries: 1}")
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\(row.request)\r\n")
    #expect([200, 101].contains(try client.readHead().status))
    #expect(eventually { proxy.held.retries == 0 })
    #expect(proxy.service[.retries] == 1)
    client.reset()
    #expect(proxy.comesToRest)
  }

  @Test func zeroMeansNone() throws {
    let requests = Notes()
    let origin = RetryPolicyTests.unavailable(requests)
    let proxy = try TestProxy(
      to: origin.port, rule: "retry: {on: [5xx]}", service: "circuitBreaker: {maxRetries: 0}")
    #expect(try proxy.get().status == 503)
    #expect(requests.count == 1)
    #expect(proxy.comesToRest)
  }
}
