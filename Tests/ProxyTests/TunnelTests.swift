import Testing

@Suite struct TunnelTests {
  static let ask = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"
  static let agree = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"

  /// Agrees, then sends back what comes until the client finishes, says goodbye and finishes too.
  static func echo() -> Origin {
    Origin { wire, _ in
      let request = try wire.readMessage()
      guard request["upgrade"] == "echo", request["connection"]?.lowercased() == "upgrade" else { return }
      try wire.send(agree)
      while true {
        let bytes = try wire.readSome()
        if bytes.isEmpty { break }
        try wire.send(bytes)
      }
      try wire.send("bye")
    }
  }

  @Test func bytesPassBothWaysAndEachDirectionEndsForItself() throws {
    let origin = Self.echo()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.ask)
    let answer = try client.readHead()
    #expect(answer.status == 101)
    #expect(answer["upgrade"] == "echo")
    for round in 0..<10 {
      let text = String(repeating: "\(round)", count: 5000)
      try client.send(text)
      #expect(try client.read(count: 5000) == Array(text.utf8))
    }
    try client.send("last")
    client.finish()
    #expect(try client.readToEnd() == "lastbye")
  }

  @Test func earlyBytesOfTheClientAreHeldUntilTheSwitch() throws {
    let origin = Self.echo()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.ask + "early")
    #expect(try client.readHead().status == 101)
    #expect(try client.read(count: 5) == Array("early".utf8))
    client.finish()
    #expect(try client.readToEnd() == "bye")
  }

  @Test func anEndpointMayDecline() throws {
    let origin = Origin(body: "no")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    #expect(try client.exchange(Self.ask).text == "no")
    #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "no")
  }

  @Test func aTunnelsConnectionIsNeverUsedAgain() throws {
    let origin = Origin { wire, number in
      let request = try wire.readMessage()
      if request["upgrade"] != nil {
        try wire.send(Self.agree)
        _ = try wire.readToEnd()
      } else {
        try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
      }
    }
    let proxy = try TestProxy(to: origin.port)
    let tunnel = try proxy.connect()
    try tunnel.send(Self.ask)
    #expect(try tunnel.readHead().status == 101)
    tunnel.finish()
    #expect(try tunnel.readToEnd() == "")
    #expect(try proxy.get().text == "1")
  }
}
