import Testing

/// A client that has said all it will say still gets what it asked for.
@Suite struct HalfCloseTests {
  @Test func afterOneRequest() throws {
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    client.finish()
    #expect(try client.readMessage().text == "hello")
    #expect(try client.readToEnd() == "")
    #expect(eventually { proxy.leaks.isEmpty && proxy.clients == 0 })
  }

  /// The end is seen long before the answer.
  @Test func whileTheEndpointTakesItsTime() throws {
    let go = Noted<Bool>()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      if eventually({ !go.all.isEmpty }) {
        try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
      }
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    client.finish()
    #expect(eventually { origin.connections == 1 })
    // Somebody else's whole exchange comes between, on the same worker.
    #expect(try proxy.connect().exchange("GET / HTTP/1.1\r\nHost: a\r\n : x\r\n\r\n").status == 400)
    go.note(true)
    #expect(try client.readMessage().text == "hello")
    #expect(try client.readToEnd() == "")
  }

  @Test func afterABodyAndAPipeline() throws {
    let origin = PipelineTests.echo()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(
      "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\noneGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n"
    )
    client.finish()
    #expect(try client.readMessage().text == "/1=one")
    #expect(try client.readMessage().text == "/2=")
    #expect(try client.readMessage().text == "/3=")
    #expect(try client.readToEnd() == "")
    #expect(eventually { proxy.leaks.isEmpty && proxy.clients == 0 })
  }

  @Test func aLongAnswerComesWhole() throws {
    let body = String(repeating: "0123456789", count: 300_000)
    let origin = Origin(body: body)
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect(receiveBuffer: 4096)
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    client.finish()
    #expect(try client.readMessage().text == body)
    #expect(try client.readToEnd() == "")
  }

  /// It reads nothing before it has asked for everything: answers pile up, none may get lost at the end.
  @Test func aPipelineOfWhichNothingIsReadFirst() throws {
    let body = String(repeating: "0123456789", count: 1200)
    let origin = Origin(body: body)
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect(receiveBuffer: 4096)
    let count = 60
    try client.send(String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: count))
    client.finish()
    for _ in 0..<count { #expect(try client.readMessage().text == body) }
    #expect(try client.readToEnd() == "")
    #expect(eventually { proxy.leaks.isEmpty && proxy.clients == 0 })
  }

  @Test func aReplyOfOurOwnComesToo() throws {
    let proxy = try TestProxy(to: Origin.closedPort())
    let client = try proxy.connect()
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    client.finish()
    #expect(try client.readMessage().status == 503)
    #expect(try client.readToEnd() == "")
  }

  /// A request that is not complete and never will be is nobody's.
  @Test(arguments: [
    "G", "GET / HTTP/1.1\r\nHost", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nha",
  ]) func anIncompleteRequestEndsTheConnection(_ bytes: String) throws {
    let origin = Origin(body: "never")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(bytes)
    client.finish()
    #expect((try? client.readToEnd()) ?? "" == "")
    #expect(eventually { proxy.leaks.isEmpty && proxy.clients == 0 })
  }
}
