import HTTP
import Primitives
import Reactor
import Testing

@testable import Proxy

/// An endpoint that takes nothing of what a client uploads over HTTP/2 makes us hold no more than the stream's window: what
/// waits for the endpoint is not given back to the client.
@Suite struct HTTP2SlowUploadTests {
  private static let window = 64 << 10
  /// More than the kernel takes.
  private static let size = 32 << 20

  @Test func whatWaitsIsNoMoreThanTheWindow() throws {
    let gate = Gate()
    let origin = Origin { wire, _ in
      let head = try wire.readHead()
      gate.wait()
      let size = try wire.readBody(of: head).body.count
      try wire.send("HTTP/1.1 \(size == Self.size ? 200 : 400) Read\r\nContent-Length: 0\r\n\r\n")
    }
    let driven = try DrivenProxy(to: [origin.port], listener: "http2: {streamWindow: \(Self.window)}")
    let client = try driven.connect()
    let answers = Noted<Int>()
    detach {
      let peer = HTTP2Peer(.client, client)
      let call = try? peer.start("PUT", ends: false)
      call?.send([UInt8](repeating: 120, count: Self.size))
      call?.end()
      answers.note((try? call?.whole().status) ?? -1)
    }
    var (held, since) = (0, Clock.now())
    driven.run {
      let now = driven.worker.upstreams.all.first?.transport.queued ?? 0
      if now != held { (held, since) = (now, Clock.now()) }
      return held > 0 && Clock.now() - since > .milliseconds(300)
    }
    // With what its chunks need.
    #expect(held < Self.window + 256)
    // An endpoint that goes on gets the rest.
    gate.open()
    driven.run { !answers.all.isEmpty }
    #expect(answers.all == [200])
  }
}
