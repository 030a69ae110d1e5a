import Testing

/// What concerns one connection only goes no further, in either direction (RFC 9110, section 7.6.1).
@Suite struct HopByHopTests {
  @Test func ofARequest() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    let seen = try proxy.connect().exchange(
      """
      POST / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-One\r\nConnection: x-two\r\nX-One: 1\r\nx-one: 2\r\n\
      X-Two: 3\r\nX-Three: 4\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n\
      Proxy-Authorization: Basic eA==\r\nTE: gzip\r\nContent-Length: 2\r\n\r\nab
      """
    ).mirrored
    for name in [
      "connection", "x-one", "x-two", "keep-alive", "proxy-connection", "proxy-authorization", "te",
    ] {
      #expect(seen[name] == nil, "\(name)")
    }
    #expect(seen.values("x-three") == ["4"])
    #expect(seen.values("content-length") == ["2"])
  }

  /// Else a client could hide from the endpoint what the proxy has judged it by.
  @Test func connectionCannotTakeOutWhatOthersNeed() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let seen = try client.exchange(
      """
      POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eA==\r\nCookie: a=b\r\nContent-Length: 2\r\n\
      X-Forwarded-For: 1.2.3.4\r\nConnection: Host, Content-Length, Authorization, Cookie, X-Forwarded-For\r\n\r\nab
      """
    ).mirrored
    #expect(seen.values("host") == ["a"])
    #expect(seen.values("content-length") == ["2"])
    #expect(seen.values("authorization") == ["Basic eA=="])
    #expect(seen.values("cookie") == ["a=b"])
    #expect(seen.values("x-forwarded-for") == ["127.0.0.1"])
    #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
  }

  @Test func ofAnAnswer() throws {
    let origin = Origin { _ in
      """
      HTTP/1.1 200 OK\r\nConnection: X-One, Set-Cookie, Content-Type\r\nX-One: 1\r\nSet-Cookie: a=b\r\nKeep-Alive: timeout=5\r\n\
      Content-Type: text/plain\r\nUpgrade: h2c\r\nProxy-Authenticate: Basic\r\nProxy-Connection: x\r\nX-Two: 2\r\n\
      Content-Length: 2\r\n\r\nok
      """
    }
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    for _ in 0..<2 {
      let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.text == "ok")
      for name in ["connection", "x-one", "keep-alive", "upgrade", "proxy-authenticate", "proxy-connection"] {
        #expect(answer[name] == nil, "\(name)")
      }
      #expect(answer.values("set-cookie") == ["a=b"])
      #expect(answer.values("content-type") == ["text/plain"])
      #expect(answer.values("x-two") == ["2"])
      #expect(answer.values("content-length") == ["2"])
    }
    #expect(origin.connections == 1)
  }

  /// There is no `Via`: neither added, nor taken out.
  @Test func viaIsLeftAlone() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    #expect(try proxy.get().mirrored["via"] == nil)
    #expect(try proxy.get(headers: "Via: 1.1 other\r\n").mirrored.values("via") == ["1.1 other"])
    #expect(try proxy.get()["via"] == nil)
  }

  /// Everything else passes as it came: order, case, doubles, and bytes beyond ASCII.
  @Test func therestPassesAsItCame() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    let seen = try proxy.get(headers: "X-B: 1\r\nx-a: caf\u{e9}\r\nX-B: 2\r\nX-Empty:\r\nX-Tab: a\tb\r\n")
      .mirrored
    let names = seen.fields.map(\.name).filter { $0.lowercased().hasPrefix("x-") }
    #expect(Array(names.prefix(5)) == ["X-B", "x-a", "X-B", "X-Empty", "X-Tab"])
    #expect(seen.values("x-b") == ["1", "2"])
    #expect(seen.values("x-a") == ["caf\u{e9}"])
    #expect(seen.values("x-empty") == [""])
    #expect(seen.values("x-tab") == ["a\tb"])
  }
}
