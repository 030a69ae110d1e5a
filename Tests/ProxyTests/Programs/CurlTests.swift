import Testing

/// curl as the client.
@Suite(.enabled(if: Program.isInstalled("curl"), "curl is not installed; `make test` installs it"))
struct CurlTests {
  /// Says what came; asks for the body of those that wait for it.
  static func echo() -> Origin {
    Origin { wire, _ in
      while true {
        var request = try wire.readHead()
        if request["expect"] != nil { try wire.send("HTTP/1.1 100 Continue\r\n\r\n") }
        request = try wire.readBody(of: request)
        let kind = request["transfer-encoding"] ?? request["content-length"] ?? "none"
        try wire.send(
          "HTTP/1.1 200 OK\r\nX-Method: \(request.method)\r\nX-Framing: \(kind)\r\nContent-Length: \(request.body.count)\r\n\r\n"
        )
        try wire.send(request.body)
      }
    }
  }

  static func bytes(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
  }

  private func curl(_ arguments: [String], in directory: Scratch = Scratch()) throws -> Program.Ended {
    try Program.run("curl", ["-sS", "--max-time", "50"] + arguments, in: directory)
  }

  @Test func getsSeveralOverOneConnection() throws {
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port)
    let url = "http://127.0.0.1:\(proxy.port)/"
    let ended = try curl(["-v", url, url, url])
    #expect(ended.status == 0)
    #expect(ended.output == "hellohellohello")
    #expect(ended.errors.components(of: "Re-using existing connection") == 2)
    #expect(origin.connections == 1)
  }

  @Test(arguments: [
    [], ["-H", "Transfer-Encoding: chunked"], ["-H", "Expect:"], ["-H", "Expect: 100-continue"],
  ])
  func postsAFile(_ more: [String]) throws {
    let origin = Self.echo()
    let proxy = try TestProxy(to: origin.port)
    let directory = Scratch()
    let body = Self.bytes(3_000_001)
    try directory.write(body, to: "in")
    let ended = try curl(
      ["-D", "head", "-o", "out", "--data-binary", "@in"] + more + ["http://127.0.0.1:\(proxy.port)/"],
      in: directory)
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(directory.read("out") == body)
    let head = String(decoding: directory.read("head"), as: UTF8.self)
    #expect(head.contains("X-Method: POST"))
    #expect(head.contains("X-Framing: \(more.last == "Transfer-Encoding: chunked" ? "chunked" : "3000001")"))
  }

  @Test func uploadsWithExpect() throws {
    let origin = Self.echo()
    let proxy = try TestProxy(to: origin.port)
    let directory = Scratch()
    let body = Self.bytes(2_000_000)
    try directory.write(body, to: "in")
    let ended = try curl(
      [
        "-v", "-o", "out", "-T", "in", "-H", "Expect: 100-continue", "--expect100-timeout", "30",
        "http://127.0.0.1:\(proxy.port)/x",
      ], in: directory)
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.errors.contains("< HTTP/1.1 100 Continue"))
    #expect(directory.read("out") == body)
  }

  @Test func speaksHTTP10() throws {
    let origin = Origin { _ in
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"
    }
    let proxy = try TestProxy(to: origin.port)
    let ended = try curl(["--http1.0", "-i", "http://127.0.0.1:\(proxy.port)/"])
    #expect(ended.status == 0)
    #expect(ended.output.hasSuffix("\r\n\r\nhello!"))
    #expect(!ended.output.lowercased().contains("chunked"))
  }

  @Test(arguments: [false, true]) func downloadsALargeFile(_ chunked: Bool) throws {
    let body = Self.bytes(1 << 20)
    let origin = Origin { wire, _ in
      while true {
        _ = try wire.readMessage()
        try wire.send(
          "HTTP/1.1 200 OK\r\n\(chunked ? "Transfer-Encoding: chunked" : "Content-Length: \(64 << 20)")\r\n\r\n"
        )
        for _ in 0..<64 {
          if chunked { try wire.send("100000\r\n") }
          try wire.send(body)
          if chunked { try wire.send("\r\n") }
        }
        if chunked { try wire.send("0\r\n\r\n") }
      }
    }
    let proxy = try TestProxy(to: origin.port)
    let directory = Scratch()
    let ended = try curl(["-o", "out", "http://127.0.0.1:\(proxy.port)/"], in: directory)
    #expect(ended.status == 0, "\(ended.errors)")
    // One sum over what came, one over what was sent.
    try directory.write((0..<64).map { _ in "piece" }.joined(separator: " "), to: "pieces")
    try directory.write(body, to: "piece")
    let came = try Program.run("sh", ["-c", "sha256sum < out"], in: directory)
    let sent = try Program.run("sh", ["-c", "cat $(cat pieces) | sha256sum"], in: directory)
    #expect(came.output == sent.output)
    #expect(came.output.count > 60)
  }

  @Test func aTruncatedDownloadIsAnError() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    }
    let proxy = try TestProxy(to: origin.port)
    #expect(try curl(["-o", "out", "http://127.0.0.1:\(proxy.port)/"]).status != 0)
  }
}

extension Message {
  var method: String { String(startLine.prefix { $0 != " " }) }
}

extension String {
  /// How often `part` stands in it.
  func components(of part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let found = rest.firstRange(of: part) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }
}
