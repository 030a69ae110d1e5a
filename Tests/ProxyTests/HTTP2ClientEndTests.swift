import Telemetry
import Testing

/// Clients of HTTP/2 that finish sending while answers are under way.
@Suite struct HTTP2ClientEndTests {
  /// GET / for "a", behind a preface with this initial window.
  private static func get(window: UInt8) -> [UInt8] {
    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, window]
      + [0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x41, 1, 0x61]
  }

  @Test func whatFitsTheWindowIsStillSent() throws {
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.get(window: 5))
    client.finish()
    #expect(try client.readToEnd().hasSuffix("hello"))
    #expect(proxy.comesToRest)
  }

  /// Its window can never open again: nothing is held for it until a timeout ends it.
  @Test func whatDoesNotIsGivenUp() throws {
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(Self.get(window: 4))
    client.finish()
    _ = try client.readToEnd()
    #expect(proxy.comesToRest)
  }
}
