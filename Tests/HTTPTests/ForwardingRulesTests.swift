import HTTP
import HTTPInvariants
import Testing

@Suite struct ForwardingRulesTests {
  private func forwarded(_ fields: [String]) -> [String] {
    var head = MessageHead()
    read("POST / HTTP/1.1\r\nHost: h\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n", into: &head)
    ForwardingRules.removeHopByHop(&head)
    return Transcript.fields(head).dropFirst().map { String($0.prefix(while: { $0 != "(" }).dropLast()) }
  }

  @Test func fixedNames() {
    #expect(
      forwarded([
        "A: b", "Connection: keep-alive", "Keep-Alive: timeout=5", "Proxy-Connection: x", "TE: gzip",
        "Trailer: X",
        "Transfer-Encoding: chunked", "Upgrade: x", "HTTP2-Settings: x", "Proxy-Authorization: x",
        "Proxy-Authenticate: x", "Proxy-Authentication-Info: x", "C: d",
      ]) == ["A: b", "Trailer: X", "C: d"])
    #expect(forwarded(["Trailer: X", "Content-Length: 0"]) == ["Content-Length: 0"])
  }

  /// What is dropped from the trailers is not announced either.
  @Test func trailersThatGoNoFurtherAreNotAnnounced() {
    func announced(_ value: String) -> [String] {
      forwarded(["Trailer: \(value)", "Transfer-Encoding: chunked"])
    }
    #expect(announced("x-sum, Cookie") == ["trailer: x-sum"])
    #expect(announced("X_Request_Id,a ,, b,TRACEPARENT") == ["trailer: a, b"])
    #expect(announced("b3, x-b3-traceid, uber-trace-id, x-forwarded-for") == [])
    #expect(announced("baggage,  x-a") == ["Trailer: baggage,  x-a"])
  }

  @Test func namedByConnection() {
    #expect(
      forwarded([
        "Connection: close, X-A ,, x-b", "X-A: 1", "X-B: 2", "X-C: 3", "x-a: 4", "Connection: X-C", "X-D: 5",
      ])
        == ["X-D: 5"])
    #expect(forwarded(["Connection: baggage, Server", "Baggage: a", "Server: b"]) == [])
  }

  /// Hardening: `Connection` must not take away what the next hop relies on.
  @Test func protectedFromConnection() {
    let fields = [
      "Content-Length: 3", "Authorization: a", "Cookie: b", "X-Forwarded-For: c", "X-Forwarded-Proto: d",
      "X-Request-ID: e", "Forwarded: f", "Content-Type: g",
    ]
    let names =
      "Connection: Host, Content-Length, Authorization, Cookie, X-Forwarded-For, X-Forwarded-Proto, "
      + "X-Request-ID, Forwarded, Content-Type"
    #expect(forwarded([names] + fields) == fields)
  }

  @Test func trailersAreStillAskedFor() {
    #expect(forwarded(["TE: gzip;q=1, trailers", "Connection: TE"]) == ["te: trailers"])
    #expect(forwarded(["TE: deflate", "TE: Trailers"]) == ["te: trailers"])
    #expect(forwarded(["TE: trailersx"]) == [])
  }

  @Test func upgrades() {
    #expect(forwarded(["Connection: upgrade", "Upgrade: websocket"]) == ["Upgrade: websocket"])
    #expect(forwarded(["Upgrade: websocket"]) == [])
    #expect(forwarded(["Connection: upgrade", "Upgrade: h2c"]) == [])
    #expect(
      forwarded(["Connection: upgrade, HTTP2-Settings", "HTTP2-Settings: x", "Upgrade: H2C, websocket,foo/2"])
        == ["upgrade: websocket", "upgrade: foo/2"])
  }
}
