import Glibc
import Policy
import Primitives
import Reactor
import Telemetry
import Testing

/// A request's body against `limits.bodyRate`.
@Suite struct BodyRateTests {
  private static let strict = "timeouts: {body: 150ms}\nlimits: {bodyRate: 1MiB}"
  private static let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"

  /// Sends bytes now and then until something has come back.
  private func dribble(_ client: Wire) -> Bool {
    eventually {
      try? client.send("x")
      return client.readable > 0
    }
  }

  @Test func aBodyThatDribblesIs408() throws {
    let ended = Gate()
    let origin = Origin { wire, _ in
      _ = try wire.readHead()
      _ = try? wire.readToEnd()
      ended.open()
    }
    let proxy = try TestProxy(to: origin.port, service: BreakerTests.touchy, settings: Self.strict)
    let client = try proxy.connect()
    try client.send(Self.head)
    #expect(dribble(client))
    let answer = try client.readMessage()
    #expect(answer.status == 408)
    #expect(answer["connection"] == "close")
    #expect(answer["proxy-status"]?.contains("request body came too slowly") == true)
    ended.wait()
    #expect(eventually { proxy.metrics[.bodyTooSlow] == 1 })
    #expect(proxy.comesToRest)
    // Nothing of it is the endpoint's fault.
    #expect(proxy.breaker == .closed)
  }

  @Test func aBodyThatDribblesBehindItsAnswersHeadBreaksOff() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readHead()
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port, settings: Self.strict)
    let client = try proxy.connect()
    try client.send(Self.head)
    #expect(try client.readHead().status == 200)
    #expect(try client.read(count: 3) == Array("abc".utf8))
    #expect(eventually { (try? client.send("x")) == nil })
    #expect(eventually { proxy.metrics[.bodyTooSlow] == 1 })
    #expect(proxy.comesToRest)
  }

  @Test func aBodyThatDribblesWhileTheEndpointIsNotThereYetIs408() throws {
    let full = FullListener()
    let proxy = try TestProxy(to: full.port, settings: Self.strict)
    let client = try proxy.connect()
    try client.send(Self.head)
    #expect(dribble(client))
    #expect(try client.readMessage().status == 408)
    #expect(proxy.comesToRest)
  }

  /// The client sends all it can; it is the endpoint that takes its time.
  @Test func aClientThatIsHeldUpByTheEndpointIsNotBlamed() throws {
    let held = Gate()
    let origin = Origin { wire, _ in
      let head = try wire.readHead()
      held.wait()
      let message = try wire.readBody(of: head)
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Length: \(message.body.count)\r\n\r\n")
    }
    let driven = try DrivenProxy(
      to: [origin.port],
      settings: "timeouts: {body: 20s, request: 0s, exchangeIdle: 0s}\nlimits: {bodyRate: 1MiB}")
    let client = try driven.connect()
    let size = 32 << 20
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
    detach { try? client.send([UInt8](repeating: 120, count: size)) }
    // Until the proxy takes nothing more, although there is more.
    var (received, standing) = (UInt64(0), 0)
    driven.run {
      let now = driven.metrics[.downstreamBytesReceived]
      standing = now == received && now > 1 << 20 && client.unsent > 0 ? standing + 1 : 0
      received = now
      return standing == 20
    }
    #expect(standing == 20)
    // Several times as long as the client may keep us waiting.
    for _ in 0..<20 { driven.pass(.seconds(5)) }
    held.open()
    driven.run { client.readable > 0 }
    let answer = try client.readMessage()
    #expect(answer.status == 200)
    #expect(answer["x-length"] == "\(size)")
    #expect(driven.metrics[.bodyTooSlow] == 0)
  }

  /// Its client waits to be told that it may send: that is nobody's slowness.
  @Test func whoExpectsContinueIsNotSlow() throws {
    let full = FullListener()
    let driven = try DrivenProxy(
      to: [full.port], service: "connectTimeout: 1h",
      settings: "timeouts: {body: 20s, request: 0s, exchangeIdle: 0s}")
    let client = try driven.connect()
    try client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    driven.run { driven.metrics[.exchanges] == 1 }
    driven.pass(.seconds(60))
    #expect(driven.metrics[.bodyTooSlow] == 0)
    // From its first byte on it is like any other.
    let before = driven.metrics[.downstreamBytesReceived]
    try client.send("x")
    driven.run { driven.metrics[.downstreamBytesReceived] > before }
    driven.pass(.seconds(60))
    #expect(driven.metrics[.bodyTooSlow] == 1)
  }
}
