import HTTP
import Primitives
import Telemetry
import Testing

@testable import Proxy

/// Answers that the proxy makes itself are no work that a client could ask forgiveness for.
@Suite struct HTTP2OwnAnswerTests {
  private static let origin = Origin { _ in "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" }

  /// A request to a host of one letter, with more fields behind it.
  private static func request(_ stream: Int, host: Character, ends: Bool, _ more: [UInt8] = []) -> [UInt8] {
    [0, 0, UInt8(6 + more.count), 1, ends ? 5 : 4, 0, 0, UInt8(stream >> 8), UInt8(stream & 0xff)]
      + [ends ? 0x82 : 0x83, 0x86, 0x84, 0x41, 1, host.asciiValue!] + more
  }

  private static func reset(_ stream: Int) -> [UInt8] {
    [0, 0, 4, 3, 0, 0, 0, UInt8(stream >> 8), UInt8(stream & 0xff), 0, 0, 0, 8]
  }

  /// An empty name of a field.
  private static let malformed: [UInt8] = [0, 0, 0]

  @Test(
    "Each round has an answer, and glitches that three for each frame would pay for",
    arguments: [true, false])
  func theyEarnNothing(_ isMalformed: Bool) throws {
    let driven = try DrivenProxy(to: [Self.origin.port], listener: "http2: {glitchBurst: 100}")
    let client = try driven.connect()
    try client.send(RawHTTP2.opening())
    var failure: HTTP2ConnectionError?
    var stream = 1
    for round in 1...60 where failure == nil {
      var bytes = Self.request(
        stream, host: isMalformed ? "a" : "b", ends: true, isMalformed ? Self.malformed : [])
      if !isMalformed {
        for other in [stream + 2, stream + 4, stream + 6] {
          bytes += Self.request(other, host: "a", ends: false) + Self.reset(other)
        }
      }
      stream += 8
      try client.send(bytes)
      driven.run {
        failure = driven.worker.http2Downstreams.all.first?.session.failure ?? failure
        let metrics = driven.metrics
        return failure != nil || metrics[.noRoute] + metrics[.malformedRequest] == UInt64(round)
      }
    }
    #expect(failure == (isMalformed ? .malformedFlood : .resetFlood))
  }
}
