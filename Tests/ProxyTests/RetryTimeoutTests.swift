import Glibc
import Primitives
import Reactor
import Telemetry
import Testing

/// Per-try and request timeouts, and what they leave of the retries.
@Suite struct RetryTimeoutTests {
  /// Takes requests and never answers.
  static func silent(_ requests: Notes) -> Origin {
    Origin { wire, _ in
      requests.add(try wire.readMessage().startLine)
      _ = try wire.readToEnd()
    }
  }

  @Test func anAttemptThatTakesTooLongGoesToTheNextEndpoint() throws {
    let requests = Notes()
    let slow = Self.silent(requests)
    let good = Origin(body: "good")
    let proxy = try TestProxy(
      to: slow.port, good.port, rule: "retry: {on: [reset]}, timeouts: {request: 20s, backendRequest: 100ms}")
    for _ in 0..<4 { #expect(try proxy.get().text == "good") }
    #expect((2...4).contains(requests.count))
    #expect(eventually { proxy.service[.perTryTimeout] == UInt64(requests.count) })
    #expect(proxy.comesToRest)
  }

  @Test func withoutARetryItIs504() throws {
    let slow = Self.silent(Notes())
    let proxy = try TestProxy(to: slow.port, rule: "timeouts: {request: 20s, backendRequest: 50ms}")
    let answer = try proxy.get()
    #expect(answer.status == 504)
    #expect(answer["proxy-status"]?.contains("http_response_timeout") == true)
    #expect(answer.text.contains("attempt timeout"))
    #expect(proxy.comesToRest)
  }

  @Test func theSettingsHoldWhereTheRuleSaysNothing() throws {
    let slow = Self.silent(Notes())
    let proxy = try TestProxy(to: slow.port, settings: "timeouts: {backendRequest: 50ms, request: 20s}")
    #expect(try proxy.get().text.contains("attempt timeout"))
  }

  @Test func afterTheRequestTimeoutThereIsNoFurtherRetry() throws {
    let requests = Notes()
    let slow = Self.silent(requests)
    let driven = try DrivenProxy(
      to: [slow.port],
      rule: """
        retry: {attempts: 100, on: [reset, 5xx], backoff: {base: 1ms, max: 1ms}}, \
        timeouts: {request: 30s, backendRequest: 5s}
        """)
    let client = try driven.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    var seen = 0
    while seen < 20 {
      driven.run { requests.count > seen || client.readable > 0 }
      if client.readable > 0 { break }
      seen += 1
      driven.pass(.seconds(5))
    }
    #expect(try client.readMessage().status == 504)
    #expect(seen >= 2 && seen <= 6)
    for _ in 0..<20 { driven.pass(.seconds(5)) }
    #expect(requests.count == seen)
  }

  @Test func aBackOffDoesNotOutlastTheRequestTimeout() throws {
    let requests = Notes()
    let origin = RetryPolicyTests.unavailable(requests, fields: "Retry-After: 3\r\n")
    let proxy = try TestProxy(to: origin.port, rule: "retry: {on: [5xx]}, timeouts: {request: 1s}")
    #expect(try proxy.get().status == 503)
    #expect(requests.count == 1)
    #expect(eventually { proxy.service[.retrySkippedDeadline] == 1 })
  }

  @Test func theRequestTimeoutHoldsWithinTheAnswer() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port, rule: "timeouts: {request: 100ms}")
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(throws: Wire.Broken.read(ECONNRESET)) { _ = try client.readMessage() }
    #expect(eventually { proxy.service[.requestTimeout] == 1 })
    #expect(proxy.comesToRest)
  }

  @Test func theDefaultRequestTimeoutBoundsTheWaitForTheHead() throws {
    let slow = Self.silent(Notes())
    let proxy = try TestProxy(to: slow.port, settings: "timeouts: {request: 50ms}")
    let answer = try proxy.get()
    #expect(answer.status == 504)
    #expect(answer.text.contains("request timeout"))
  }

  @Test func zeroTurnsTheTimeoutsOff() throws {
    let (requests, gate) = (Notes(), Gate())
    let origin = Origin { wire, _ in
      requests.add(try wire.readMessage().startLine)
      gate.wait()
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      _ = try wire.readToEnd()
    }
    let driven = try DrivenProxy(
      to: [origin.port],
      settings: "timeouts: {request: 0s, backendRequest: 0s, exchangeIdle: 0s, tunnelIdle: 0s}")
    let client = try driven.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    driven.run { requests.count == 1 }
    driven.pass(.seconds(86_400))
    gate.open()
    driven.run { client.readable > 0 }
    #expect(try client.readMessage().status == 200)
  }
}
