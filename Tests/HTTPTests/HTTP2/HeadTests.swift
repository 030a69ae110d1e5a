import HTTP
import HTTPInvariants
import Primitives
import Testing

/// Requests as heads: what routing and HTTP/1's encoder find in them.
@Suite struct HeadTests {
  /// What a server makes of a request: its head as HTTP/1 would send it on, or the rule that it breaks.
  private func forwarded(_ fields: [(String, String)], ends: Bool = true) -> String {
    var result = "nothing"
    let driver = HTTP2Driver(.server)
    driver.acts = { event, _ in
      switch event {
      case .head(let stream):
        var output = ByteBuffer()
        HTTP1Encoder.appendRequest(stream.head, to: &output)
        result = text(output)
      case .malformed(_, let error): result = "\(error)"
      default: break
      }
    }
    driver.receive(Frame.start + Frame.headers(1, fields, ends: ends))
    return result
  }

  @Test func asHTTP1() {
    #expect(
      forwarded(post + [("x", "y"), ("content-length", "3"), ("te", "trailers")], ends: false)
        == "POST / HTTP/1.1\r\nx: y\r\nte: trailers\r\nhost: h\r\ncontent-length: 3\r\nconnection: te\r\n\r\n"
    )
    #expect(
      forwarded(post, ends: false) == "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n")
  }

  /// RFC 9113, section 8.3.1: `:authority` and Host.
  @Test func authorities() {
    let bare = get.filter { $0.0 != ":authority" }
    #expect(forwarded(get + [("host", "H")]) == "GET / HTTP/1.1\r\nhost: H\r\n\r\n")
    #expect(forwarded(bare + [("host", "a:1")]) == "GET / HTTP/1.1\r\nhost: a:1\r\n\r\n")
    #expect(forwarded(get + [("host", "other")]) == "conflictingAuthority")
    #expect(forwarded(get + [("host", "h:80")]) == "conflictingAuthority")
    #expect(forwarded(bare + [("host", "h"), ("host", "h")]) == "duplicateHost")
    #expect(forwarded(bare + [("host", "")]) == "invalidHost")
    #expect(forwarded(bare + [(":authority", "u@h")]) == "invalidHost")
    #expect(forwarded(bare + [(":authority", "")]) == "invalidHost")
    #expect(forwarded(bare) == "missingHost")
  }

  /// RFC 9113, section 8.2.3: crumbs become one field.
  @Test func cookies() {
    #expect(
      forwarded(get + [("cookie", "a=1"), ("x", "y"), ("cookie", "b=2; c=3"), ("cookie", "d=4")])
        == "GET / HTTP/1.1\r\nx: y\r\nhost: h\r\ncookie: a=1; b=2; c=3; d=4\r\n\r\n")
    #expect(forwarded(get + [("cookie", "a=1")]) == "GET / HTTP/1.1\r\ncookie: a=1\r\nhost: h\r\n\r\n")
  }

  @Test func expectations() {
    #expect(forwarded(post + [("expect", "200-ok")], ends: false) == "unsupportedExpectation")
    for ends in [true, false] {
      var expects = false
      let driver = HTTP2Driver(.server)
      driver.acts = { event, _ in if case .head(let stream) = event { expects = stream.head.expectsContinue }
      }
      driver.receive(Frame.start + Frame.headers(1, post + [("expect", "100-continue")], ends: ends))
      #expect(expects == !ends)
    }
  }

  /// Names with underscores that applications read as others are dropped, as in HTTP/1.
  @Test func underscores() {
    #expect(
      forwarded(get + [("x_forwarded_for", "1"), ("my_name", "2")])
        == "GET / HTTP/1.1\r\nmy_name: 2\r\nhost: h\r\n\r\n")
  }

  /// Many names, among them those that are special, of all lengths: each is found.
  @Test func everyKnownName() {
    for id in FieldID.allCases where id != .other {
      var found: FieldID?
      let name = id.name.description
      let driver = HTTP2Driver(.client)
      driver.acts = { event, _ in
        if case .head(let stream) = event { found = stream.head.index(of: id) == nil ? nil : id }
      }
      _ = start(driver)
      driver.receive(
        Frame.settings([])
          + Frame.headers(1, [(":status", "200"), (name, "trailers"), ("z", "")], ends: true))
      let isRefused = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "content-length",
      ]
      .contains(name)
      #expect(found == (isRefused ? nil : id), "\(name)")
    }
  }
}
