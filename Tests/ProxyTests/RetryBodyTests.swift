import Telemetry
import Testing

/// A request's body is held for replay up to a bound; past it there is no retry, and that is counted.
@Suite struct RetryBodyTests {
  /// Fails the first request, once it has come whole, and notes what came.
  static func failingOnce(_ bodies: Notes) -> Origin {
    Origin { request in
      bodies.add(request.text) == 0
        ? "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    }
  }

  static let rule = "retry: {on: [5xx], backoff: {base: 1ms, max: 1ms}}"
  static func body(_ size: Int) -> String { "0123456789ABCDEF".cycled(to: size) }

  @Test(arguments: [1, 1000, 16_384, 16_385, 32_767, 32_768]) func aBodyWithinTheBoundIsSentAgain(_ size: Int)
    throws
  {
    try put(size, status: 200, sent: 2)
  }

  @Test(arguments: [32_769, 60_000, 1_000_000]) func aBodyPastTheBoundIsSentOnce(_ size: Int) throws {
    try put(size, status: 503, sent: 1)
  }

  private func put(_ size: Int, status: Int, sent: Int) throws {
    let bodies = Notes()
    let origin = Self.failingOnce(bodies)
    let proxy = try TestProxy(to: origin.port, rule: Self.rule, settings: "limits: {replayBound: 32KiB}")
    let body = Self.body(size)
    let answer = try proxy.connect().exchange(
      "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n\(body)")
    #expect(answer.status == status)
    #expect(bodies.all == Array(repeating: body, count: sent))
    #expect(eventually { proxy.service[.retrySkippedBody] == (sent == 1 ? 1 : 0) })
    #expect(proxy.comesToRest)
  }

  /// The connection is not there yet when the body comes: the bound is the same.
  @Test func theBoundHoldsForABodyThatHadToWait() throws {
    let bodies = Notes()
    let origin = Self.failingOnce(bodies)
    let proxy = try TestProxy(to: origin.port, rule: Self.rule, settings: "limits: {replayBound: 1KiB}")
    let body = Self.body(10_000)
    let answer = try proxy.connect().exchange(
      "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n\(body)")
    #expect(answer.status == 503)
    #expect(bodies.all == [body])
    #expect(eventually { proxy.service[.retrySkippedBody] == 1 })
  }

  @Test func chunksAndTrailersAreSentAgain() throws {
    let bodies = Notes()
    let origin = Origin { request in
      let trailer = request.trailers.first?.value ?? "-"
      return bodies.add("\(request.text) \(trailer)") == 0
        ? "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    }
    let proxy = try TestProxy(to: origin.port, rule: Self.rule)
    let answer = try proxy.connect().exchange(
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Sum: 7\r\n\r\n"
    )
    #expect(answer.status == 200)
    #expect(bodies.all == ["abcdefg 7", "abcdefg 7"])
  }

  /// The endpoint dies when half of the body is there; what comes later goes to the next one, behind what was held.
  @Test func aBodyStillComingIsContinuedElsewhere() throws {
    let bodies = Notes()
    let half = Gate()
    let origin = Origin { wire, number in
      if number == 0 {
        _ = try wire.readHead()
        _ = try wire.read(count: 5)
        half.open()
        return wire.reset()
      }
      bodies.add(try wire.readMessage().text)
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }
    let proxy = try TestProxy(to: origin.port, rule: "retry: {on: [reset], backoff: {base: 1ms, max: 1ms}}")
    let client = try proxy.connect()
    try client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfirst")
    half.wait()
    #expect(eventually { proxy.service[.retries] == 1 })
    try client.send("-last")
    #expect(try client.readMessage().status == 200)
    #expect(bodies.all == ["first-last"])
    #expect(proxy.comesToRest)
  }
}

extension String {
  /// The same text over and over, `count` characters of it.
  func cycled(to count: Int) -> String {
    String(String(repeating: self, count: count / self.count + 1).prefix(count))
  }
}
