import Primitives
import Telemetry
import Testing

@testable import Proxy

/// A connection to an endpoint that has fallen silent is asked by PING whether anybody is there.
@Suite struct HTTP2LivenessTests {
  /// With a request under way.
  private func proxy(to port: UInt16) throws -> (DrivenProxy, Wire) {
    let driven = try DrivenProxy(
      to: [port], service: "protocol: h2, http2: {pingInterval: 10s, pingTimeout: 3s}",
      settings: "timeouts: {request: 10m, exchangeIdle: 10m}")
    let client = try driven.connect()
    try client.send(SpanTests.get)
    driven.run { driven.worker.http2Upstreams.all.first?.phase == .open }
    return (driven, client)
  }

  @Test func whoDoesNotAnswerIsGivenUp() throws {
    let origin = Origin { wire, _ in _ = try wire.readToEnd() }
    let (driven, client) = try proxy(to: origin.port)
    driven.pass(.seconds(11))
    #expect(driven.finished == 0)
    driven.pass(.seconds(4))
    driven.run { driven.finished == 1 }
    let answer = try client.readMessage()
    #expect(answer.status == 502)
    #expect(answer.text == "apus: endpoint did not answer a PING within pingTimeout\n")
  }

  @Test func whoAnswersIsWaitedFor() throws {
    // It answers PINGs, and nothing else.
    let origin = HTTP2Origin { _ in }
    let (driven, _) = try proxy(to: origin.port)
    driven.run { driven.worker.http2Upstreams.all.first?.isSettled ?? false }
    for _ in 0..<5 {
      let before = driven.metrics[.upstreamBytesReceived]
      driven.pass(.seconds(11))
      driven.run { driven.metrics[.upstreamBytesReceived] > before }
      #expect(driven.metrics[.upstreamBytesReceived] > before)
      driven.pass(.seconds(4))
    }
    #expect(driven.finished == 0 && driven.worker.http2Upstreams.count == 1)
  }
}
