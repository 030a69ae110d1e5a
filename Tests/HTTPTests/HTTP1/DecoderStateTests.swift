import HTTP
import HTTPInvariants
import Testing

/// What a decoder says of itself between its events.
@Suite struct DecoderStateTests {
  /// A decoder with the memory that goes with it, fed a text at a time.
  private struct Feed: ~Copyable {
    var decoder: HTTP1Decoder
    var head = MessageHead()
    var trailers = MessageHead()
    var rest: [UInt8] = []

    init(_ role: HTTP1Decoder.Role) { decoder = HTTP1Decoder(role: role) }

    mutating func callAsFunction(_ text: String = "") throws(HTTPError) -> HTTPEvent {
      rest += Array(text.utf8)
      let input = rest
      var offset = 0
      let event = try decoder.next(input.span, &offset, head: &head, trailers: &trailers)
      rest.removeFirst(offset)
      return event
    }
  }

  private func state(_ decoder: borrowing HTTP1Decoder) -> String {
    var words: [String] = []
    if decoder.isIdle { words.append("idle") }
    if decoder.isReadingHead { words.append("head") }
    if decoder.isAtEnd { words.append("end") }
    if decoder.isTunnel { words.append("tunnel") }
    if decoder.isClosed { words.append("closed") }
    if let remaining = decoder.bodyRemaining, remaining > 0 { words.append("remaining \(remaining)") }
    return words.joined(separator: ", ")
  }

  @Test func ofARequest() throws {
    var feed = Feed(.server)
    var states = [state(feed.decoder)]
    var events: [HTTPEvent] = []
    for text in ["P", "OST / HTTP/1.1\r\n", "Host: h\r\nContent-Length: 3\r\n\r", "\n", "a", "bc", "", ""] {
      events.append(try feed(text))
      states.append(state(feed.decoder))
    }
    #expect(
      events == [.needInput, .needInput, .needInput, .head, .body(0..<1), .body(0..<2), .end, .needInput])
    #expect(states == ["idle", "head", "head", "head", "remaining 3", "remaining 2", "end", "idle", "idle"])
  }

  private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

  /// Before a chunk, in trailers, and where the connection's end is the body's.
  @Test(arguments: [
    "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nab", "\(chunked)", "\(chunked)2\r\nab",
    "\(chunked)2\r\nab\r\n",
    "\(chunked)0\r\n", "\(chunked)0\r\na: b\r\n",
  ])
  func mayEndNext(_ text: String) throws { #expect(try Self.mayEndBehind(text)) }

  /// Bytes of a body, or of a head, have to come first; or nothing has.
  @Test(arguments: [
    "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n",
    "\(chunked)2\r\n", "\(chunked)2\r\na", "\(chunked)0\r\n\r\n",
  ])
  func mayNotEndNext(_ text: String) throws { #expect(try !Self.mayEndBehind(text)) }

  private static func mayEndBehind(_ text: String) throws -> Bool {
    var feed = Feed(.client)
    feed.decoder.expect(responseTo: .get)
    var event = try feed(text)
    while event != .needInput, event != .end { event = try feed() }
    return feed.decoder.mayEndNext
  }

  @Test func ofAResponse() throws {
    var feed = Feed(.client)
    var states = [state(feed.decoder)]
    feed.decoder.expect(responseTo: .get)
    states.append(state(feed.decoder))
    for text in ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "x"] {
      _ = try feed(text)
      states.append(state(feed.decoder))
    }
    #expect(states == ["idle", "", "", "", ""])
    let last = try feed.decoder.inputEnded()
    #expect(last == .end)
    let after = state(feed.decoder)
    #expect(after == "closed")
  }

  @Test func ofATunnel() throws {
    var feed = Feed(.server)
    _ = try feed("GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")
    feed.decoder.becomeTunnel()
    let inTunnel = state(feed.decoder)
    #expect(inTunnel == "tunnel")
    let event = try feed("\u{1}\n")
    #expect(event == .body(0..<2))
    let last = try feed.decoder.inputEnded()
    #expect(last == .end)
  }

  /// A body that is under way is never taken for a tunnel.
  @Test func noTunnelWithinABody() throws {
    var feed = Feed(.server)
    _ = try feed("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n")
    feed.decoder.becomeTunnel()
    let now = state(feed.decoder)
    #expect(now == "remaining 2")
  }

  @Test func endOfInputWhileIdle() throws {
    var feed = Feed(.server)
    let first = try feed.decoder.inputEnded()
    #expect(first == .needInput)
    _ = try feed("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    let second = try feed.decoder.inputEnded()
    #expect(second == .end)
  }
}
