import Primitives
import Reactor
import Telemetry
import Testing

@testable import Proxy

/// A client that takes nothing of an answer that comes over HTTP/2 costs no more than the stream's window: what waits for
/// the client is not given back to the endpoint.
@Suite struct HTTP2SlowReaderTests {
  private static let window = 64 << 10
  /// More than the kernel takes.
  private static let size = 32 << 20

  @Test func whatWaitsIsNoMoreThanTheWindow() throws {
    let origin = HTTP2Origin { call in
      _ = try call.whole()
      try call.respond()
      call.send([UInt8](repeating: 120, count: Self.size))
      call.end()
      try call.peer.flush()
    }
    let driven = try DrivenProxy(
      to: [origin.port], service: "protocol: h2, http2: {streamWindow: \(Self.window)}")
    let client = try driven.connect(receiveBuffer: 4096)
    try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    var (held, since) = (0, Clock.now())
    driven.run {
      let now = driven.worker.downstreams.all.first?.transport.queued ?? 0
      if now != held { (held, since) = (now, Clock.now()) }
      return held > 0 && Clock.now() - since > .milliseconds(300)
    }
    // With what its chunks need.
    #expect(held < Self.window + 256)
    // Whoever goes on gets the rest.
    client.widen()
    let answer = Noted<Int>()
    detach { answer.note((try? client.readMessage().body.count) ?? -1) }
    driven.run { !answer.all.isEmpty }
    #expect(answer.all == [Self.size])
  }
}
