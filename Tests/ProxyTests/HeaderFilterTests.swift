import Testing

/// A rule's header modifiers, in both directions.
@Suite struct HeaderFilterTests {
  static let rule = """
    filters: [{type: RequestHeaderModifier, requestHeaderModifier: {
    set: [{name: X-From, value: mesh}, {name: user-agent, value: apus}],
    add: [{name: x-tag, value: b}], remove: [cookie, x-gone]}},
    {type: ResponseHeaderModifier, responseHeaderModifier: {
    set: [{name: cache-control, value: no-store}], add: [{name: x-tag, value: d}], remove: [server, X-Secret]}}]
    """

  @Test func theyChangeRequests() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port, rule: Self.rule)
    let client = try proxy.connect()
    for _ in 0..<2 {
      let seen = try client.exchange(
        "GET / HTTP/1.1\r\nHost: a\r\nx-from: me\r\nX-From: again\r\nCookie: a=b\r\nX-Gone: 1\r\nX-Tag: a\r\nX-Stays: 1\r\n\r\n"
      ).mirrored
      #expect(seen.values("x-from") == ["mesh"])
      #expect(seen.values("user-agent") == ["apus"])
      #expect(seen.values("x-tag") == ["a", "b"])
      #expect(seen["cookie"] == nil)
      #expect(seen["x-gone"] == nil)
      #expect(seen["x-stays"] == "1")
    }
  }

  @Test func theyChangeAnswers() throws {
    let origin = Origin { _ in
      """
      HTTP/1.1 200 OK\r\nServer: secret\r\nX-Secret: 1\r\nCache-Control: public\r\nX-Tag: c\r\nX-Stays: 1\r\n\
      Content-Length: 2\r\n\r\nok
      """
    }
    let proxy = try TestProxy(to: origin.port, rule: Self.rule)
    let client = try proxy.connect()
    for _ in 0..<2 {
      let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.text == "ok")
      #expect(answer.values("cache-control") == ["no-store"])
      #expect(answer.values("x-tag") == ["c", "d"])
      #expect(answer["server"] == nil)
      #expect(answer["x-secret"] == nil)
      #expect(answer["x-stays"] == "1")
    }
  }

  /// A switch of protocols is an answer too; and what a filter adds, no `Connection` of the endpoint's takes out.
  @Test func theyChange101() throws {
    let origin = Origin { wire, _ in
      _ = try wire.readMessage()
      try wire.send(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade, X-Tag, Cache-Control\r\nUpgrade: echo\r\nServer: s\r\n\r\n"
      )
      _ = try wire.readToEnd()
    }
    let proxy = try TestProxy(to: origin.port, rule: Self.rule)
    let client = try proxy.connect()
    try client.send(TunnelTests.ask)
    let answer = try client.readHead()
    #expect(answer.status == 101)
    #expect(answer["server"] == nil)
    #expect(answer["x-tag"] == "d")
    #expect(answer["upgrade"] == "echo")
  }

  /// Filters have the last word, also over what the proxy itself writes.
  @Test func theyComeAfterForwardedHeaders() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(
      to: origin.port,
      rule: """
        filters: [{type: RequestHeaderModifier, requestHeaderModifier: {
        set: [{name: x-forwarded-proto, value: https}], remove: [x-forwarded-for]}}]
        """)
    let seen = try proxy.get().mirrored
    #expect(seen.values("x-forwarded-proto") == ["https"])
    #expect(seen["x-forwarded-for"] == nil)
  }
}
