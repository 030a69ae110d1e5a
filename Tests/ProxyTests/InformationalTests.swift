import Testing

/// 1xx before the answer (RFC 9110, section 15.2).
@Suite struct InformationalTests {
  static let hint = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
  static let final = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
  static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func earlyHintsAreRelayed() throws {
    let origin = Origin { _ in Self.hint + Self.final }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<2 {
      try client.send(Self.get)
      let hint = try client.readMessage()
      #expect(hint.startLine == "HTTP/1.1 103 Early Hints")
      #expect(hint["link"] == "</a.css>; rel=preload")
      let answer = try client.readMessage()
      #expect(answer.text == "ok")
      #expect(answer["link"] == nil)
    }
    #expect(origin.connections == 1)
  }

  /// The client has the hint before the endpoint has its answer.
  @Test func earlyHintsDoNotWaitForTheAnswer() throws {
    let wasRead = Noted<Bool>()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(Self.hint)
      if becomes({ !wasRead.all.isEmpty }) { try wire.send(Self.final) }
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.get)
    #expect(try client.readMessage().status == 103)
    wasRead.note(true)
    #expect(try client.readMessage().text == "ok")
  }

  @Test func severalAreRelayed() throws {
    let origin = Origin { _ in
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + Self.hint + Self.hint + Self.final
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.get)
    for status in [100, 102, 103, 103, 200] { #expect(try client.readMessage().status == status) }
  }

  @Test func fieldsForOneHopAreTakenOut() throws {
    let origin = Origin { _ in
      "HTTP/1.1 103 Early Hints\r\nConnection: x-one\r\nX-One: 1\r\nX-Two: 2\r\nKeep-Alive: timeout=5\r\n\r\n"
        + Self.final
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.get)
    #expect(try client.readMessage().fields.map(\.name) == ["X-Two"])
    #expect(try client.readMessage().text == "ok")
  }

  /// HTTP/1.0 has none: it would take one for the answer.
  @Test func noneGoesToHTTP10() throws {
    let origin = Origin { _ in Self.hint + Self.hint + Self.final }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
    let answer = try client.readMessage()
    #expect(answer.status == 200)
    #expect(answer.text == "ok")
    #expect(try client.readToEnd() == "")
  }

  @Test func tooManyAre502() throws {
    let origin = Origin { _ in String(repeating: Self.hint, count: 9) + Self.final }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.get)
    for _ in 0..<8 { #expect(try client.readMessage().status == 103) }
    #expect(try client.readMessage().status == 502)
  }

  @Test func oneWithAFramingIs502() throws {
    let origin = Origin { _ in "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nhello" + Self.final }
    let proxy = try TestProxy(to: origin.port)
    #expect(try proxy.get().status == 502)
  }
}
