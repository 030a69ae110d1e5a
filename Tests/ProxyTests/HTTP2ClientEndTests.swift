import Primitives
import Telemetry
import Testing

@testable import Proxy

/// Clients of HTTP/2 that finish sending while answers are under way.
@Suite struct HTTP2ClientEndTests {
  @Test func whatFitsTheWindowIsStillSent() throws {
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(RawHTTP2.opening(window: 5) + RawHTTP2.get(1))
    client.finish()
    #expect(try client.readToEnd().hasSuffix("hello"))
    #expect(proxy.comesToRest)
  }

  /// Its window can never open again: nothing is held for it until a timeout ends it.
  @Test func whatDoesNotIsGivenUp() throws {
    let origin = Origin(body: "hello")
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    try client.send(RawHTTP2.opening(window: 4) + RawHTTP2.get(1))
    client.finish()
    _ = try client.readToEnd()
    #expect(proxy.comesToRest)
  }

  /// The window is used up to its last byte, and the endpoint is silent: more may come, or only the end.
  @Test func whatMayFollowIsNotWaitedForLong() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
      _ = try wire.readToEnd()
    }
    let driven = try DrivenProxy(
      to: [origin.port], settings: "timeouts: {request: 10m, exchangeIdle: 10m, head: 10s}")
    let client = try driven.connect()
    try client.send(RawHTTP2.opening(window: 5) + RawHTTP2.get(1))
    client.finish()
    driven.run {
      driven.metrics[.upstreamBytesReceived] > 0
        && driven.worker.http2Downstreams.all.first?.hasEnded ?? false
    }
    driven.pass(.seconds(5))
    #expect(driven.finished == 0)
    driven.pass(.seconds(6))
    driven.run { driven.finished == 1 && driven.worker.http2Downstreams.count == 0 }
    #expect(driven.finished == 1 && driven.worker.http2Downstreams.count == 0)
  }
}
