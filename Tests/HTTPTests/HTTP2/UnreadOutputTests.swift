import HTTP
import HTTPInvariants
import Primitives
import Testing

/// A peer that makes us write and does not read.
@Suite struct UnreadOutputTests {
  @Test func unreadReplies() {
    var settings = HTTP2Settings()
    settings.glitchBurst = 1_000_000
    settings.maxQueuedFrames = 100
    for frame in [Frame.ping(), Frame.settings([])] {
      let session = HTTP2Session(
        role: .server, settings: settings, limits: HTTPLimits(), pool: HTTP2StreamPool())
      let bytes = Frame.start + (0..<200).flatMap { _ in frame }
      #expect(throws: HTTP2ConnectionError.queuedOutput) {
        try session.receive(bytes.span, now: MonotonicTime(nanoseconds: 1))
      }
    }
  }

  /// Answers to streams that were reset, and resets of ours, wait for a peer that does not read.
  @Test func unreadAnswers() {
    var settings = HTTP2Settings()
    settings.glitchBurst = 1_000_000
    settings.maxQueuedFrames = 100
    settings.maxConcurrentStreams = 10
    let session = HTTP2Session(
      role: .server, settings: settings, limits: HTTPLimits(), pool: HTTP2StreamPool())
    var requests = 0
    var bytes = Frame.start
    while requests < 1000 {
      let id = UInt32(requests * 2 + 1)
      requests += 1
      bytes += Frame.headers(id, get, ends: true)
      do throws(HTTP2ConnectionError) {
        try session.receive(bytes.span, now: MonotonicTime(nanoseconds: 1))
      } catch {
        break
      }
      while let event = session.next() { if case .head(let stream) = event { answer(session, stream) } }
      bytes = Frame.reset(id, 8)
    }
    #expect(requests > 100 && requests < 200)
    #expect(session.failure == .queuedOutput)
  }
}
