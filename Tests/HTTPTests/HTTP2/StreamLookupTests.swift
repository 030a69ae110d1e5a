import HTTPInvariants
import Primitives
import Testing

@testable import HTTP

/// How a session finds its streams.
@Suite struct StreamLookupTests {
  /// The connection's own number is none of a stream, whichever stream was looked for last.
  @Test func zeroIsNoStream() throws {
    let server = HTTP2Driver(.server)
    #expect(server.session.stream(0) == nil)
    server.acts = { event, session in if case .head(let stream) = event { answer(session, stream) } }
    server.receive(Frame.start + Frame.headers(1, get, ends: true))
    server.pull()
    #expect(server.closed == [1])
    #expect(server.session.stream(0) == nil && server.session.stream(1) == nil)
    server.receive(Frame.windowUpdate(0, 0))
    #expect(server.error == .protocolViolation)
  }
}
