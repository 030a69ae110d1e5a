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
