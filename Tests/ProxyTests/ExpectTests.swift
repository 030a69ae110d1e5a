import Testing

/// `Expect: 100-continue` (RFC 9110, section 10.1.1): the endpoint decides, the proxy relays.
@Suite struct ExpectTests {
  static let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
  static let next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"

  /// Sends 100 once the head is there, answers with the body.
  static func willing() -> Origin {
    Origin { wire, _ in
      while true {
        let head = try wire.readHead()
        guard let length = head["content-length"].flatMap({ Int($0) }) else {
          try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext")
          continue
        }
        if head["expect"] == "100-continue" { try wire.send("HTTP/1.1 100 Continue\r\n\r\n") }
        let body = String(decoding: try wire.read(count: length), as: UTF8.self)
        try wire.send("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n\(body)")
      }
    }
  }

  @Test func the100IsRelayedAndTheConnectionKept() throws {
    let origin = Self.willing()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<2 {
      try client.send(Self.head)
      #expect(try client.readMessage().status == 100)
      try client.send("body")
      let answer = try client.readMessage()
      #expect(answer.text == "body")
      #expect(answer["connection"] == nil)
    }
    #expect(try client.exchange(Self.next).text == "next")
    #expect(origin.connections == 1)
  }

  @Test func aClientNeedNotWait() throws {
    let origin = Self.willing()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.head + "body")
    #expect(try client.readMessage().status == 100)
    #expect(try client.readMessage().text == "body")
    #expect(try client.exchange(Self.next).text == "next")
  }

  /// The client may or may not send the body now: its connection cannot be told in step any more.
  @Test func aFinalStatusWithout100Closes() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readHead()
      try wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno")
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.head)
    let answer = try client.readMessage()
    #expect(answer.status == 413)
    #expect(answer.text == "no")
    #expect(answer["connection"] == "close")
    #expect(try client.readToEnd() == "")
    #expect(try proxy.connect().exchange(Self.next).status == 413)
    #expect(origin.connections == 2)
  }

  @Test func aReplyOfOurOwnDoesNotWaitForTheBody() throws {
    let proxy = try TestProxy(
      """
      routes: [{name: one, hostnames: [one.example], rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, endpoints: ["127.0.0.1:9"]}]
      """)
    let client = try proxy.connect()
    try client.send(Self.head)
    let answer = try client.readMessage()
    #expect(answer.status == 404)
    #expect(answer["connection"] == "close")
    #expect(try client.readToEnd() == "")
  }

  /// HTTP/1.0 does not know it: it goes no further, and nothing is waited for.
  @Test func inHTTP10ItIsIgnored() throws {
    let origin = Self.willing()
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.connect().exchange(
      "POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody")
    #expect(answer.status == 200)
    #expect(answer.text == "body")
  }

  @Test func anythingElseIs417() throws {
    let origin = Self.willing()
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.get(headers: "Expect: the-unexpected\r\n")
    #expect(answer.status == 417)
    #expect(origin.connections == 0)
  }
}
