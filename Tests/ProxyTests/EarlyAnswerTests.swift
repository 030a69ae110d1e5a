import Testing

/// An endpoint that answers before it has read the request (RFC 9112, section 9.6).
@Suite struct EarlyAnswerTests {
  static let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"

  /// Refuses after the head, and ends in the way of `finish`.
  static func refusing(_ body: String = "too much", _ finish: @escaping @Sendable (Wire) throws -> Void)
    -> Origin
  {
    Origin { wire, number in
      let head = try wire.readHead()
      if head.startLine.hasPrefix("GET") {
        return try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
      }
      try wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
      try finish(wire)
    }
  }

  private func isRelayedWhole(_ origin: Origin, body: String = "too much") throws {
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.head + String(repeating: "x", count: 10_000))
    let answer = try client.readMessage()
    #expect(answer.status == 413)
    #expect(answer.text == body)
    #expect(answer["connection"] == "close")
    #expect(try client.readToEnd() == "")
    // Half a request is on the connection to the endpoint: the next one goes elsewhere.
    #expect(try proxy.get().text == "1")
    #expect(eventually { proxy.leaks.isEmpty })
  }

  @Test func anEndpointThatClosesAtOnce() throws { try isRelayedWhole(Self.refusing { _ in }) }

  @Test func anEndpointThatReadsOn() throws { try isRelayedWhole(Self.refusing { _ = try $0.readToEnd() }) }

  @Test func aLongAnswer() throws {
    let body = String(repeating: "long", count: 500_000)
    try isRelayedWhole(Self.refusing(body) { _ = try $0.readToEnd() }, body: body)
  }

  /// The client sends on while it is being answered: both pass.
  @Test func theRequestMayGoOnMeanwhile() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readHead()
      try wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n")
      let rest = try wire.read(count: 1_000_000)
      try wire.send("7\r\n\(rest.count)\r\n0\r\n\r\n")
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.head)
    let head = try client.readHead()
    #expect(head.status == 200)
    try client.send([UInt8](repeating: 120, count: 1_000_000))
    let rest = try client.readToEnd()
    #expect(rest == "5\r\nearly\r\n7\r\n1000000\r\n0\r\n\r\n")
  }

  /// A body that turns out to be no HTTP after the answer has begun: the answer is broken off.
  @Test func aRequestThatTurnsBadBreaksItsAnswer() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readHead()
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    #expect(try client.readHead().status == 200)
    try client.send("zz\r\n")
    #expect(throws: Wire.Broken.self) { _ = try client.read(count: 100) }
    #expect(eventually { proxy.leaks.isEmpty })
  }
}
