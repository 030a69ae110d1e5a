import Glibc
import Testing

/// What `TunnelTests` leaves open: who may ask, who ends how, and bytes in bulk.
@Suite struct UpgradeTests {
  static let ask = TunnelTests.ask
  static let agree = TunnelTests.agree

  @Test func whatWasNotAskedForIsNotForwarded() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    // Upgrade without Connection is for nobody.
    let stray = try proxy.get(headers: "Upgrade: websocket\r\n").mirrored
    #expect(stray["upgrade"] == nil)
    #expect(stray["connection"] == nil)
    // h2c was abolished (RFC 9113, section 3.1), and its settings with it.
    let clear = try proxy.get(
      headers: "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n")
    #expect(clear.mirrored["upgrade"] == nil)
    #expect(clear.mirrored["http2-settings"] == nil)
    let both = try proxy.get(headers: "Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n").mirrored
    #expect(both.values("upgrade") == ["websocket"])
    #expect(both["connection"]?.lowercased() == "upgrade")
  }

  /// RFC 9110, sections 15.5.22 and 7.8.
  @Test(arguments: ["", "Connection: close\r\n"])
  func a426SaysWhatToAskFor(connection: String) throws {
    let origin = Origin { _ in
      "HTTP/1.1 426 Upgrade Required\r\nUpgrade: HTTP/3.0, h2c\r\nConnection: Upgrade\r\nContent-Length: 1\r\n\r\nx"
    }
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.get(headers: connection)
    #expect(answer.status == 426)
    #expect(answer.values("upgrade") == ["HTTP/3.0"])
    #expect(answer.values("connection") == [connection.isEmpty ? "upgrade" : "close, upgrade"])
    #expect(answer.text == "x")
    // HTTP/1.0 knows no Upgrade.
    let old = try proxy.connect().exchange("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
    #expect(old.status == 426)
    #expect(old["upgrade"] == nil)
  }

  @Test func noOtherAnswerCarriesUpgrade() throws {
    let origin = Origin { _ in
      "HTTP/1.1 200 OK\r\nUpgrade: h3\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n"
    }
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.get()
    #expect(answer["upgrade"] == nil)
    #expect(answer["connection"] == nil)
  }

  @Test func a101ThatWasNotAskedForIs502() throws {
    let origin = Origin { _ in Self.agree + "smuggled" }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.status == 502)
    #expect(!answer.text.contains("smuggled"))
  }

  @Test func a101WithoutAProtocolIs502() throws {
    let origin = Origin { _ in "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n" }
    let proxy = try TestProxy(to: origin.port)
    #expect(try proxy.connect().exchange(Self.ask).status == 502)
  }

  @Test func theEndpointsFirstBytesMayComeWithIts101() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(Self.agree + "first")
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.ask)
    #expect(try client.readHead().status == 101)
    #expect(try client.read(count: 5) == Array("first".utf8))
    client.finish()
    #expect(try client.readToEnd() == "")
  }

  /// The endpoint finishes first; what the client says afterwards still gets there.
  @Test func theEndpointMayFinishFirst() throws {
    let heard = Noted<String>()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(Self.agree + "done")
      wire.finish()
      heard.note(try wire.readToEnd())
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.ask)
    #expect(try client.readHead().status == 101)
    #expect(try client.readToEnd() == "done")
    try client.send("still here")
    client.finish()
    #expect(eventually { heard.all == ["still here"] })
    #expect(eventually { proxy.leaks.isEmpty })
  }

  @Test func aRequestWithABodyMayAsk() throws {
    let origin = Origin { wire, _ in
      guard try wire.readMessage().text == "body" else { return }
      try wire.send(Self.agree)
      try wire.send(try wire.readToEnd())
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(
      "POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\nContent-Length: 4\r\n\r\nbody")
    #expect(try client.readHead().status == 101)
    try client.send("raw")
    client.finish()
    #expect(try client.readToEnd() == "raw")
  }

  @Test func muchDataGoesBothWaysAtOnce() throws {
    let size = 4 << 20
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(Self.agree)
      let down = [UInt8](repeating: 7, count: size)
      detach { try? wire.send(down) }
      let up = try wire.read(count: size)
      if up.allSatisfy({ $0 == 9 }) { try wire.send([42]) }
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect(receiveBuffer: 4096)
    try client.send(Self.ask)
    #expect(try client.readHead().status == 101)
    detach { try? client.send([UInt8](repeating: 9, count: size)) }
    let down = try client.read(count: size + 1)
    #expect(down.filter { $0 == 7 }.count == size)
    #expect(down.contains(42))
    client.finish()
    #expect(try client.readToEnd() == "")
  }

  /// Both sides have finished, and the client takes its time: all of it still arrives.
  @Test func theLastBytesWaitForASlowReader() throws {
    let size = 8 << 20
    let ended = Noted<Bool>()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(Self.agree)
      try wire.send([UInt8](repeating: 7, count: size))
      wire.finish()
      _ = try wire.readToEnd()
      ended.note(true)
    }
    // All of it has room with the proxy, which therefore knows that both are done long before the client has read.
    let proxy = try TestProxy(
      to: origin.port, settings: "timeouts: {lingeringClose: 1ms}\nlimits: {bufferSize: 16MiB}")
    let client = try proxy.connect(receiveBuffer: 4096)
    try client.send(Self.ask)
    #expect(try client.readHead().status == 101)
    client.finish()
    #expect(eventually { !ended.all.isEmpty })
    var count = 0
    while true {
      let some = try client.readSome(16 << 10)
      if some.isEmpty { break }
      count += some.count
    }
    #expect(count == size)
  }

  @Test func aResetOfTheClientsEndsTheTunnel() throws {
    let ended = Noted<Bool>()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(Self.agree)
      _ = try? wire.readToEnd()
      ended.note(true)
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.ask)
    #expect(try client.readHead().status == 101)
    #expect(eventually { proxy.tunnels == 1 })
    client.reset()
    #expect(eventually { ended.all == [true] })
    #expect(eventually { proxy.leaks.isEmpty })
    #expect(proxy.clients == 0)
  }

  /// Nothing more is read of the client, since the endpoint takes nothing: its reset is seen nonetheless.
  @Test func aResetIsSeenWhileTheEndpointDoesNotRead() throws {
    let done = Noted<Bool>()
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(Self.agree)
      _ = eventually(within: 30) { !done.all.isEmpty }
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.ask)
    #expect(try client.readHead().status == 101)
    // Until the kernels and the proxy's own buffer are full.
    var isFull = timeval(tv_sec: 0, tv_usec: 200_000)
    unsafe _ = setsockopt(
      client.descriptor, SOL_SOCKET, SO_SNDTIMEO, &isFull, socklen_t(MemoryLayout<timeval>.size))
    #expect(throws: Wire.Broken.write(EAGAIN)) { try client.send([UInt8](repeating: 1, count: 64 << 20)) }
    client.reset()
    #expect(eventually { proxy.leaks.isEmpty && proxy.clients == 0 })
    done.note(true)
  }

  @Test func aResetOfTheEndpointsReachesTheClientAsOne() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(Self.agree)
      _ = try wire.read(count: 1)
      wire.reset()
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.ask)
    #expect(try client.readHead().status == 101)
    try client.send("x")
    #expect(throws: Wire.Broken.self) { _ = try client.readToEnd() }
    #expect(eventually { proxy.tunnels == 0 })
  }

  /// RFC 9110, section 7.8: a server switches to what the client has named, and to nothing else.
  @Test(arguments: [("echo", 101), ("ECHO", 101), ("foo", 502), ("echo, foo", 502)])
  func onlyWhatWasAskedForIsSwitchedTo(_ named: String, _ status: Int) throws {
    let origin = Origin { wire, _ in
      _ = try wire.readHead()
      try wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: \(named)\r\n\r\n")
      _ = try? wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(TunnelTests.ask)
    let head = try client.readHead()
    #expect(head.status == status)
    if status == 502 { #expect(head["proxy-status"]?.contains("another protocol") == true) }
  }
}
