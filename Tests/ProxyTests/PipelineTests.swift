import Testing

/// Requests that do not wait for the answers to those before them: answered in order, whoever answers.
@Suite struct PipelineTests {
  static func echo() -> Origin {
    Origin { request in
      let body = "\(request.startLine.split(separator: " ")[1])=\(request.text)"
      return "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
  }

  /// One host is routed, all others are answered 404.
  static func proxy(_ origin: Origin, endpoint: UInt16? = nil) throws -> TestProxy {
    try TestProxy(
      """
      routes: [{name: one, hostnames: [a], rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, endpoints: ["127.0.0.1:\(endpoint ?? origin.port)"]}]
      """)
  }

  static let script: [(request: String, status: Int, body: String?)] = [
    ("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none", 200, "/1=one"),
    ("GET /2 HTTP/1.1\r\nHost: none\r\n\r\n", 404, nil),
    ("POST /3 HTTP/1.1\r\nHost: none\r\nContent-Length: 5\r\n\r\nthree", 404, nil),
    (
      "POST /4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\n", 200,
      "/4=four"
    ),
    (
      "POST /5 HTTP/1.1\r\nHost: none\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfive\r\n0\r\nX: y\r\n\r\n",
      404, nil
    ),
    ("\r\nGET /6 HTTP/1.1\r\nHost: a\r\n\r\n", 200, "/6="),
    ("PUT /7 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 200, "/7="),
  ]

  private func checkAnswers(_ client: Wire) throws {
    for step in Self.script {
      let answer = try client.readMessage()
      #expect(answer.status == step.status)
      if let body = step.body { #expect(answer.text == body) }
      #expect(answer["connection"] == nil)
    }
  }

  @Test func bodiesAndRepliesOfOurOwnAreInOrder() throws {
    let origin = Self.echo()
    let proxy = try Self.proxy(origin)
    let client = try proxy.connect()
    for _ in 0..<5 {
      try client.send(Self.script.map(\.request).joined())
      try checkAnswers(client)
    }
    #expect(origin.connections == 1)
  }

  @Test func noMatterHowTheyAreCut() throws {
    let origin = Self.echo()
    let proxy = try Self.proxy(origin)
    let text = Self.script.map(\.request).joined()
    for seed in 1...10 as ClosedRange<UInt64> {
      // A refused request's body must come with its head for the connection to be kept: heads stay whole here, so
      // that pieces are cut within the routed requests only.
      let client = try proxy.connect()
      for piece in ChunkedSplitTests.pieces(text, most: 3000, seed: seed) { try client.send(piece) }
      try checkAnswers(client)
    }
  }

  @Test func theLastOneMayCloseTheConnection() throws {
    let origin = Self.echo()
    let proxy = try Self.proxy(origin)
    let client = try proxy.connect()
    try client.send(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n"
    )
    #expect(try client.readMessage().text == "/1=")
    let last = try client.readMessage()
    #expect(last.text == "/2=")
    #expect(last["connection"] == "close")
    #expect(try client.readToEnd() == "")
  }

  /// Each fails at its endpoint, and each is answered.
  @Test func failuresAreAnsweredInOrderToo() throws {
    let proxy = try Self.proxy(Self.echo(), endpoint: Origin.closedPort())
    let client = try proxy.connect()
    try client.send(
      String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: none\r\n\r\n", count: 10))
    for _ in 0..<10 {
      #expect(try client.readMessage().status == 503)
      #expect(try client.readMessage().status == 404)
    }
  }

  @Test func longOnesDoNotStarve() throws {
    let origin = Self.echo()
    let proxy = try Self.proxy(origin)
    let client = try proxy.connect()
    let body = String(repeating: "x", count: 3000)
    let request = "POST /n HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n\(body)"
    detach { try? client.send(String(repeating: request, count: 300)) }
    for _ in 0..<300 { #expect(try client.readMessage().text == "/n=\(body)") }
  }
}
