import Glibc
import Synchronization
import Testing

/// Endpoints that end an HTTP/2 connection before a request that waits for their settings could begin.
@Suite struct HTTP2UpstreamEndTests {
  /// It asks for what only settings can allow (RFC 8441).
  static let ask = """
    GET /chat HTTP/1.1\r
    Host: a\r
    Connection: Upgrade\r
    Upgrade: websocket\r
    Sec-WebSocket-Version: 13\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
    \r

    """

  @Test func aConnectionThatEndsBeforeItsSettingsIsClosed() throws {
    let closed = Atomic<Int>(0)
    let origin = Origin { wire, _ in
      wire.finish()
      do { _ = try wire.readToEnd() } catch Wire.Broken.read(ECONNRESET) {}
      closed.add(1, ordering: .acquiringAndReleasing)
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    #expect(try proxy.connect().exchange(Self.ask).status == 502)
    #expect(eventually { closed.load(ordering: .acquiring) == origin.connections })
    #expect(proxy.comesToRest)
  }

  /// SETTINGS that allow it and GOAWAY in one read: no stream can be begun any more.
  @Test func whatCannotBeginAfterGoAwayIsAnswered() throws {
    let origin = Origin { wire, _ in
      let settings: [UInt8] = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 1]
      let goAway: [UInt8] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      try wire.send(settings + goAway)
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(toHTTP2: origin.port)
    #expect(try proxy.connect().exchange(Self.ask).status == 502)
    #expect(proxy.comesToRest)
  }
}
