import Testing

@Suite struct ForwardingTests {
  @Test func aRequestReachesTheEndpointAndItsAnswerComesBack() throws {
    let origin = Origin { request in
      let body = "\(request.startLine) \(request["host"] ?? "-")"
      return "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nX-Origin: yes\r\n\r\n\(body)"
    }
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.get("/a?b=c")
    #expect(answer.status == 200)
    #expect(answer.text == "GET /a?b=c HTTP/1.1 test")
    #expect(answer["x-origin"] == "yes")
  }

  @Test func bothConnectionsAreKept() throws {
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<20 {
      #expect(try client.exchange("GET / HTTP/1.1\r\nHost: test\r\n\r\n").text == "hello")
    }
    #expect(origin.connections == 1)
  }

  @Test func aPipelineIsAnsweredInOrder() throws {
    let origin = Origin { request in
      let path = String(request.startLine.split(separator: " ")[1])
      return "HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)"
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send((0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: test\r\n\r\n" }.joined())
    for number in 0..<50 { #expect(try client.readMessage().text == "/\(number)") }
  }

  @Test(arguments: [0, 1, 1000, 70_000, 1_000_000]) func aBodyOfKnownLengthGoesBothWays(_ size: Int) throws {
    let origin = Origin { request in
      "HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n\(request.text)"
    }
    let proxy = try TestProxy(to: origin.port)
    let body = String(repeating: "0123456789", count: size / 10 + 1).prefix(size)
    let answer = try proxy.connect().exchange(
      "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: \(size)\r\n\r\n\(body)")
    #expect(answer.status == 200)
    #expect(answer.text == body)
  }

  @Test func chunksAndTrailersGoBothWays() throws {
    let origin = Origin { request in
      let trailer = request.trailers.first { $0.name.lowercased() == "x-sum" }?.value ?? "-"
      return """
        HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-end\r\n\r\n\
        \(String(request.body.count, radix: 16))\r\n\(request.text)\r\n0\r\nX-End: \(trailer)\r\n\r\n
        """
    }
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.connect().exchange(
      "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n"
    )
    #expect(answer.text == "abcde")
    #expect(answer.trailers.map(\.value) == ["5"])
  }

  @Test func noRouteIs404WithAReason() throws {
    let proxy = try TestProxy(
      """
      routes: [{name: one, hostnames: [one.example], rules: [{backendRefs: [{name: origin}]}]}]
      services: [{name: origin, endpoints: ["127.0.0.1:9"]}]
      """)
    let answer = try proxy.get()
    #expect(answer.status == 404)
    #expect(answer["proxy-status"]?.contains("destination_not_found") == true)
    #expect(answer.text.contains("no route"))
  }
}
