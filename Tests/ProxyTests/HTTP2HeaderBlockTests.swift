import Glibc
import Telemetry
import Testing

/// Header blocks that a peer of HTTP/2 holds open.
@Suite struct HTTP2HeaderBlockTests {
  private static let start = RawHTTP2.opening()
  /// POST / for "a", and no end.
  private static let post: [UInt8] = [0, 0, 6, 1, 4, 0, 0, 0, 1, 0x83, 0x86, 0x84, 0x41, 1, 0x61]
  /// A block in two frames, of which the first is there.
  private static let open: [UInt8] = [0, 0, 3, 1, 0, 0, 0, 0, 3, 0x83, 0x86, 0x84]

  /// Even while another stream is at work; a byte now and then does not buy time.
  @Test func aBlockThatDribblesEndsTheConnection() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port, settings: "timeouts: {head: 150ms}")
    let client = try proxy.connect()
    try client.send(Self.start + Self.post + Self.open + [0, 0x40, 0, 9, 0, 0, 0, 0, 3])
    var received: [UInt8] = []
    #expect(
      eventually {
        try? client.send([0x88])
        if client.readable > 0 { received += (try? client.readSome()) ?? [] }
        return Self.hasGoAway(received)
      })
    while let more = try? client.readSome(), !more.isEmpty {}
    #expect(eventually { proxy.metrics.gauge(.downstreamConnections) == 0 })
    #expect(proxy.comesToRest)
  }

  /// It would hold up every exchange on the connection.
  @Test func anEndpointsBlockThatDribblesEndsTheConnection() throws {
    let ended = Notes()
    let origin = Origin { wire, _ in
      // Status 200 in a block without an end, behind settings.
      try wire.send([0, 0, 0, 4, 0, 0, 0, 0, 0])
      _ = try wire.readSome()
      try wire.send([0, 0, 1, 1, 0, 0, 0, 0, 1, 0x88])
      var received: [UInt8] = []
      while let more = try? wire.readSome(), !more.isEmpty { received += more }
      ended.add(String(Self.hasGoAway(received)))
    }
    let proxy = try TestProxy(toHTTP2: origin.port, settings: "timeouts: {head: 150ms}")
    #expect(try proxy.get().status == 502)
    #expect(eventually { ended.count == 1 })
    #expect(ended.all == ["true"])
    #expect(proxy.comesToRest)
  }

  /// GOAWAY with ENHANCE_YOUR_CALM.
  private static func hasGoAway(_ bytes: [UInt8]) -> Bool {
    var at = 0
    while at + 9 <= bytes.count {
      let length = Int(bytes[at]) << 16 | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2])
      if bytes[at + 3] == 7, at + 17 <= bytes.count { return bytes[at + 16] == 11 }
      at += 9 + length
    }
    return false
  }
}
