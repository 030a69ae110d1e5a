import Primitives
import Telemetry
import Testing

@testable import Proxy

/// A client of HTTP/2 that has fallen silent while it waits for an answer is asked by PING whether it is still there.
@Suite struct HTTP2ClientLivenessTests {
  private static let silent = Origin { wire, _ in _ = try wire.readToEnd() }

  /// With a request under way.
  private func proxy(_ http2: String = "pingInterval: 10s, pingTimeout: 3s") throws -> (DrivenProxy, Wire) {
    let driven = try DrivenProxy(
      to: [Self.silent.port], listener: "http2: {\(http2)}",
      settings: "timeouts: {request: 10m, exchangeIdle: 10m}")
    let client = try driven.connect()
    try client.send(RawHTTP2.opening() + RawHTTP2.get(1))
    driven.run { driven.metrics[.upstreamBytesSent] > 0 }
    #expect(driven.worker.http2Downstreams.all.first?.active == 1)
    return (driven, client)
  }

  /// Nothing else is sent meanwhile: 8 bytes behind a head of 9.
  private func isAsked(_ driven: DrivenProxy, after sent: UInt64) -> Bool {
    driven.metrics[.downstreamBytesSent] == sent + 17
  }

  @Test func whoDoesNotAnswerIsGivenUp() throws {
    let (driven, client) = try proxy()
    defer { client.reset() }
    let sent = driven.metrics[.downstreamBytesSent]
    driven.pass(.seconds(11))
    #expect(isAsked(driven, after: sent))
    #expect(driven.finished == 0)
    driven.pass(.seconds(4))
    #expect(driven.finished == 1)
    #expect(driven.metrics[.downstreamLeft] == 1)
    #expect(driven.worker.http2Downstreams.all.isEmpty)
  }

  /// Any byte will do.
  @Test func whoAnswersIsWaitedFor() throws {
    let (driven, client) = try proxy()
    for turn in UInt8(0)..<5 {
      let sent = driven.metrics[.downstreamBytesSent]
      driven.pass(.seconds(11))
      #expect(isAsked(driven, after: sent))
      let received = driven.metrics[.downstreamBytesReceived]
      // The acknowledgement of our PING: it counts from one.
      try client.send([0, 0, 8, 6, 1, 0, 0, 0, 0, turn + 1, 0, 0, 0, 0, 0, 0, 0])
      driven.run { driven.metrics[.downstreamBytesReceived] > received }
      driven.pass(.seconds(4))
    }
    #expect(driven.finished == 0)
    #expect(driven.worker.http2Downstreams.all.count == 1)
  }

  @Test func nobodyIsAskedUnlessThatIsConfigured() throws {
    let (driven, client) = try proxy("pingTimeout: 3s")
    defer { client.reset() }
    let sent = driven.metrics[.downstreamBytesSent]
    for _ in 0..<5 { driven.pass(.seconds(11)) }
    #expect(driven.metrics[.downstreamBytesSent] == sent)
    #expect(driven.finished == 0)
  }

  /// Who waits for nothing may be silent for as long as the idle timeout says.
  @Test func nobodyIsAskedBetweenRequests() throws {
    let origin = Origin(body: "x")
    let driven = try DrivenProxy(to: [origin.port], listener: "http2: {pingInterval: 10s, pingTimeout: 3s}")
    let client = try driven.connect()
    try client.send(RawHTTP2.opening() + RawHTTP2.get(1))
    driven.run { driven.finished == 1 }
    let sent = driven.metrics[.downstreamBytesSent]
    for _ in 0..<5 { driven.pass(.seconds(11)) }
    #expect(driven.metrics[.downstreamBytesSent] == sent)
    #expect(driven.worker.http2Downstreams.all.count == 1)
  }
}
