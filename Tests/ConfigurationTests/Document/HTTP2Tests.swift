import Mesh
import Primitives
import Testing

@testable import Configuration

@Suite struct HTTP2Tests {
  private func listener(_ text: String) -> String {
    "listeners: [{address: ':1', http2: {\(text)}}]\n" + service
  }
  private func one(_ text: String) -> String {
    "services: [{name: a, endpoints: ['1.1.1.1:1'], \(text)}]"
  }

  @Test func everyKeyIsRead() throws {
    let keys =
      "maxConcurrentStreams: 5, streamWindow: 64KiB, connectionWindow: 1MiB, maxFrameSize: 32KiB, "
      + "glitchBurst: 10, glitchRate: 0, maxContinuations: 3, maxQueuedFrames: 20, pingInterval: 30s, pingTimeout: 5s"
    var expected = HTTP2Options()
    expected.maxConcurrentStreams = 5
    expected.streamWindow = 64 << 10
    expected.connectionWindow = 1 << 20
    expected.maxFrameSize = 32 << 10
    expected.glitchBurst = 10
    expected.glitchRate = 0
    expected.maxContinuations = 3
    expected.maxQueuedFrames = 20
    expected.pingInterval = .seconds(30)
    expected.pingTimeout = .seconds(5)
    #expect(load(listener(keys)).snapshot?.listeners[0].http2 == expected)
    #expect(load(listener("narrowStreams: 3")).snapshot?.listeners[0].http2.narrowStreams == 3)
    #expect(load(listener("openHeads: 3")).snapshot?.listeners[0].http2.openHeads == 3)
    let snapshot = try #require(load(one("protocol: h2, http2: {\(keys)}")).snapshot)
    #expect(snapshot.services[0].http2 == expected)
    #expect(try #require(load(service).snapshot).services[0].http2 == HTTP2Options())
    #expect(try #require(load(service).snapshot).listeners[0].http2 == HTTP2Options())
  }

  @Test func protocolsOfServices() {
    for (name, expected) in [("http1", ServiceProtocol.http1), ("h2", .h2), ("auto", .auto)] {
      #expect(load(one("protocol: \(name)")).snapshot?.services[0].protocol == expected)
    }
    #expect(load(service).snapshot?.services[0].protocol == .http1)
    #expect(
      diagnostics(one("protocol: http2")) == [
        "f:1:58: services[0].protocol: unknown value `http2` (did you mean `http1`? valid: http1, h2, auto)"
      ])
  }

  /// Streams that stall stall no other, however many there are, unless that is what is asked for.
  @Test func theConnectionsWindowIsEnoughForAllStreams() throws {
    func options(_ keys: String) throws -> HTTP2Options {
      try #require(load(listener(keys)).snapshot).listeners[0].http2
    }
    let usual = HTTP2Options()
    #expect(usual.connectionWindow >= 2 * usual.maxConcurrentStreams * usual.streamWindow)
    #expect(try options("maxConcurrentStreams: 5").connectionWindow == usual.connectionWindow)
    #expect(try options("maxConcurrentStreams: 500").connectionWindow == 1000 * usual.streamWindow)
    #expect(try options("streamWindow: 32MiB").connectionWindow == 1 << 30)
    #expect(
      try options("maxConcurrentStreams: 500, connectionWindow: 1MiB").connectionWindow == 1 << 20)
  }

  @Test func whatIsForListenersIsOfNoUseToServices() {
    #expect(
      diagnostics(one("protocol: h2, http2: {narrowStreams: 3}")) == [
        "f:1:85: warning: services[0].http2.narrowStreams: has no effect: it is clients whose requests it bounds"
      ])
  }

  @Test func mistakesAreNamed() {
    let at = "listeners[0].http2"
    let cases: [(String, [String])] = [
      (
        "maxConcurrentStreams: 0",
        ["f:1:59: \(at).maxConcurrentStreams: 0 is out of range (valid: 1 to 1000000)"]
      ),
      (
        "maxFrameSize: 16MiB",
        ["f:1:51: \(at).maxFrameSize: 16MiB is out of range (valid: 16KiB to 16777215B)"]
      ),
      (
        "streamWindow: 32MiB, connectionWindow: 16MiB",
        [
          "f:1:76: warning: \(at).connectionWindow: the connection's window (16MiB) is smaller than a stream's (32MiB): a stream that stalls stalls all others"
        ]
      ),
      (
        "streamWindows: 1MiB",
        [
          "f:1:37: \(at): unknown field `streamWindows` (did you mean `streamWindow`? valid: maxConcurrentStreams, streamWindow, connectionWindow, maxFrameSize, narrowStreams, glitchBurst, glitchRate, maxContinuations, maxQueuedFrames, openHeads, pingInterval, pingTimeout)"
        ]
      ),
    ]
    for (text, expected) in cases { #expect(diagnostics(listener(text)) == expected, "\(text)") }
    #expect(
      diagnostics(one("http2: {maxFrameSize: 16KiB}")) == [
        "f:1:55: warning: services[0].http2: has no effect: `protocol` is `http1`"
      ])
  }
}
