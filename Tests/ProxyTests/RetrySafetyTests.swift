import Telemetry
import Testing

/// A request that is not idempotent is repeated only where nothing of it can have been processed.
@Suite struct RetrySafetyTests {
  static let every =
    "retry: {attempts: 3, on: [connect-failure, refused, reset, 5xx], backoff: {base: 1ms, max: 1ms}}"

  /// Takes a request whole and closes the connection instead of answering.
  static func forgetful(_ requests: Notes) -> Origin {
    Origin { wire, _ in requests.add(try wire.readMessage().startLine) }
  }

  static func post(_ size: Int, method: String = "POST") -> String {
    "\(method) / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n\(String(repeating: "x", count: size))"
  }

  @Test(arguments: [0, 1, 20_000, 60_000]) func aPostThatWasSentIsNotRepeated(_ size: Int) throws {
    let requests = Notes()
    let origin = Self.forgetful(requests)
    let proxy = try TestProxy(to: origin.port, rule: Self.every, settings: "limits: {replayBound: 64KiB}")
    #expect(try proxy.connect().exchange(Self.post(size)).status == 502)
    #expect(requests.count == 1)
    #expect(eventually { proxy.service[.retrySkippedUnsafe] == 1 })
    #expect(proxy.comesToRest)
  }

  @Test(arguments: ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"])
  func anIdempotentRequestThatWasSentIsRepeated(_ method: String) throws {
    let requests = Notes()
    let origin = Self.forgetful(requests)
    let proxy = try TestProxy(to: origin.port, rule: Self.every)
    #expect(try proxy.connect().exchange("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n").status == 502)
    #expect(requests.count == 4)
  }

  @Test(arguments: ["POST", "PATCH", "LOCK", "get"]) func othersAreNot(_ method: String) throws {
    let requests = Notes()
    let origin = Self.forgetful(requests)
    let proxy = try TestProxy(to: origin.port, rule: Self.every)
    #expect(
      try proxy.connect().exchange("\(method) / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").status
        == 502)
    #expect(requests.count == 1)
  }

  @Test func aPostThatWasAnsweredWithAnErrorIsNotRepeated() throws {
    let requests = Notes()
    let origin = RetryPolicyTests.unavailable(requests)
    let proxy = try TestProxy(to: origin.port, rule: Self.every)
    #expect(try proxy.connect().exchange(Self.post(3)).status == 503)
    #expect(requests.count == 1)
  }

  @Test func aPostThatTimedOutIsNotRepeated() throws {
    let requests = Notes()
    let slow = RetryTimeoutTests.silent(requests)
    let proxy = try TestProxy(
      to: slow.port, rule: Self.every + ", timeouts: {request: 20s, backendRequest: 100ms}")
    #expect(try proxy.connect().exchange(Self.post(30_000)).status == 504)
    #expect(requests.count == 1)
  }

  @Test func aPostThatFoundNoConnectionGoesElsewhere() throws {
    let requests = Notes()
    let origin = Origin { request in
      requests.add(request.text)
      return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    }
    let full = FullListener()
    let proxy = try TestProxy(
      to: origin.port, Origin.closedPort(), full.port, rule: Self.every, service: "connectTimeout: 100ms")
    for _ in 0..<6 { #expect(try proxy.connect().exchange(Self.post(10_000)).status == 200) }
    #expect(requests.all == Array(repeating: String(repeating: "x", count: 10_000), count: 6))
    #expect(proxy.comesToRest)
  }

  /// The head went out, the body did not come yet: the endpoint may have begun.
  @Test func aPostThatWasSentInPartIsNotRepeated() throws {
    let requests = Notes()
    let origin = Origin { wire, _ in
      requests.add(try wire.readHead().startLine)
      wire.reset()
    }
    let proxy = try TestProxy(to: origin.port, rule: Self.every)
    let client = try proxy.connect()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
    #expect(try client.readMessage().status == 502)
    #expect(requests.count == 1)
  }
}
