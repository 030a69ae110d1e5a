import Telemetry
import Testing

/// A kept-alive connection may be closed by its server just when the next request goes out on it.
@Suite struct StaleConnectionTests {
  static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

  /// Answers the first request of its first connection; then, on the second one, `fate` decides. Other connections
  /// live on.
  static func origin(_ requests: Notes, _ fate: @escaping @Sendable (Wire) throws -> Void) -> Origin {
    Origin { wire, number in
      while true {
        requests.add(try wire.readMessage().startLine)
        try wire.send(ok)
        if number == 0 { return try fate(wire) }
      }
    }
  }

  static let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"

  @Test func aGetIsReplayedSilently() throws {
    let requests = Notes()
    let origin = Self.origin(requests) { wire in _ = try wire.readMessage() }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<3 { #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "ok") }
    #expect(origin.connections == 2)
    #expect(proxy.service[.staleConnectionReplays] == 1)
    #expect(proxy.service[.retries] == 0)
    #expect(proxy.comesToRest)
  }

  /// The access log tells how often the request was sent, whatever made it be sent again.
  @Test func aReplayCountsAsAnAttemptInTheLog() throws {
    let requests = Notes()
    let origin = Self.origin(requests) { wire in _ = try wire.readMessage() }
    let logged = try LoggedProxy(format: "%UPSTREAM_REQUEST_ATTEMPT_COUNT%") {
      try TestProxy(to: origin.port, accessLog: $0)
    }
    let client = try logged.proxy.connect()
    for _ in 0..<3 { #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "ok") }
    #expect(logged.proxy.comesToRest)
    #expect(logged.end() == ["1", "2", "1"])
  }

  /// What reached a pooled connection before it was used again is no answer to anybody, though it is reported in the
  /// very turn in which it is used.
  @Test(arguments: [false, true]) func bytesOlderThanTheRequestAreNoAnswer(_ ends: Bool) throws {
    let asked = Gate()
    let said = Notes()
    let origin = Origin { wire, number in
      _ = try wire.readMessage()
      try wire.send(Self.answer("good"))
      if number == 0 {
        asked.wait()
        try wire.send(Self.answer("evil"))
        if ends { wire.finish() }
        said.add("evil")
      }
      _ = try wire.readToEnd()
    }
    let driven = try DrivenProxy(to: [origin.port])
    let client = try Wire.connect(port: driven.port)
    _ = try driven.spans(of: SpanTests.get, on: client)
    // Both events are there before the next turn, the client's first.
    let before = driven.finished
    try client.send(SpanTests.get)
    asked.open()
    #expect(eventually { said.count == 1 })
    driven.run { driven.finished > before }
    #expect(try client.readMessage().text == "good")
    #expect(origin.connections == 2)
  }

  static func answer(_ text: String) -> String {
    "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
  }

  /// The server had closed before the request came to it: its kernel took nothing, and the FIN proves it.
  @Test func aPostOfWhichNothingWasDeliveredIsReplayed() throws {
    let requests = Notes()
    let (deaf, sent) = (Gate(), Gate())
    let origin = Self.origin(requests) { wire in
      wire.goDeaf()
      deaf.open()
      sent.wait()
    }
    let proxy = try TestProxy(to: origin.port)
    #expect(try proxy.get().text == "ok")
    deaf.wait()
    let client = try proxy.connect()
    try client.send(Self.post)
    #expect(eventually { proxy.service.gauge(.connectionsIdle) == 0 })
    sent.open()
    #expect(try client.readMessage().text == "ok")
    #expect(requests.count == 2)
    #expect(proxy.service[.staleConnectionReplays] == 1)
    #expect(proxy.comesToRest)
  }

  @Test func aPostThatWasDeliveredIsNot() throws {
    let requests = Notes()
    let origin = Self.origin(requests) { wire in _ = try wire.readMessage() }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    #expect(try client.exchange(Self.post).text == "ok")
    #expect(try client.exchange(Self.post).status == 502)
    #expect(origin.connections == 1)
    #expect(proxy.service[.staleConnectionReplays] == 0)
  }

  /// The server has read the beginning and dies of it. Its acknowledgement may never have been sent, so the count
  /// alone proves nothing.
  @Test func aPostThatWasReadInPartIsNot() throws {
    for _ in 0..<20 {
      let requests = Notes()
      let origin = Self.origin(requests) { wire in
        _ = try wire.readSome(1)
        wire.reset()
      }
      let proxy = try TestProxy(to: origin.port)
      let client = try proxy.connect()
      #expect(try client.exchange(Self.post).text == "ok")
      #expect(try client.exchange(Self.post).status == 502)
      #expect(origin.connections == 1)
    }
  }

  /// A byte of an answer came: the server is no stale one, it broke.
  @Test func aConnectionThatBreaksWithinTheAnswersHeadIsNotStale() throws {
    let requests = Notes()
    let origin = Self.origin(requests) { wire in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 O")
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "ok")
    #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 502)
    #expect(proxy.service[.staleConnectionReplays] == 0)
    #expect(proxy.service[.resets] == 1)
  }

  /// The server has closed all of its connections: the replay does not try its luck with the next old one.
  @Test func theReplayGoesOutOnAFreshConnection() throws {
    let arrived = Notes()
    let origin = Origin { wire, number in
      while true {
        _ = try wire.readMessage()
        arrived.add("")
        if number < 4 {
          // All four at once, so that the pool holds four connections.
          _ = eventually { arrived.count >= 4 }
          try wire.send(Self.ok)
          // The end comes only with the next request: nobody can see it before.
          _ = try wire.readMessage()
          return
        }
        try wire.send(Self.ok)
      }
    }
    let proxy = try TestProxy(to: origin.port)
    let clients = try (0..<4).map { _ in try proxy.connect() }
    for client in clients { try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
    for client in clients { #expect(try client.readMessage().status == 200) }
    #expect(eventually { proxy.service.gauge(.connectionsIdle) == 4 })
    #expect(try clients[0].exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "ok")
    #expect(proxy.service[.staleConnectionReplays] == 1)
  }

  /// The same where no further connection is allowed: an old one makes room.
  @Test func aFreshConnectionTakesTheStaleOnesPlace() throws {
    let requests = Notes()
    let origin = Self.origin(requests) { wire in _ = try wire.readMessage() }
    let proxy = try TestProxy(to: origin.port, service: "circuitBreaker: {maxConnections: 1}")
    let client = try proxy.connect()
    for _ in 0..<3 { #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "ok") }
    #expect(proxy.comesToRest)
  }
}
