import Testing

/// What endpoints learn of the client, and from whom.
@Suite struct ForwardedHeaderTests {
  static let claims =
    "X-Forwarded-For: 10.0.0.1, 10.0.0.2\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: outside\r\nX-Request-Id: mine\r\n"

  @Test func withoutTrustedHopsTheyAreOurs() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    for headers in ["", Self.claims, Self.claims + Self.claims] {
      let seen = try proxy.get(headers: headers).mirrored
      #expect(seen.values("x-forwarded-for") == ["127.0.0.1"])
      #expect(seen.values("x-forwarded-proto") == ["http"])
      #expect(seen.values("x-forwarded-host") == ["test"])
      #expect(seen.values("x-request-id").count == 1)
      #expect(seen["x-request-id"] != "mine")
      #expect(seen["x-request-id"]?.utf8.count == 36)
    }
  }

  /// What else a client could say of itself is dropped, unless a trusted hop stands in front.
  @Test(arguments: [0, 1]) func otherClaimsAreBelievedOfTrustedHopsOnly(_ hops: Int) throws {
    let names = [
      "Forwarded", "X-Real-IP", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Client-Cert",
    ]
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port, listener: "trustedHops: \(hops)")
    let seen = try proxy.get(headers: names.map { "\($0): a\r\n" }.joined()).mirrored
    for name in names { #expect(seen.values(name) == (hops == 0 ? [] : ["a"])) }
  }

  @Test(arguments: [1, 3]) func withTrustedHopsTheirWordsAreKept(_ hops: Int) throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port, listener: "trustedHops: \(hops)")
    let seen = try proxy.get(headers: Self.claims).mirrored
    #expect(seen.values("x-forwarded-for") == ["10.0.0.1, 10.0.0.2, 127.0.0.1"])
    #expect(seen.values("x-forwarded-proto") == ["https"])
    #expect(seen.values("x-forwarded-host") == ["outside"])
    #expect(seen.values("x-request-id") == ["mine"])
  }

  /// An endpoint that reads the first line alone would otherwise not learn who asked us.
  @Test func severalLinesBecomeOne() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port, listener: "trustedHops: 1")
    let lines = "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For:\r\nX-Forwarded-For: 10.0.0.2\r\n"
    let seen = try proxy.get(headers: lines).mirrored
    #expect(seen.values("x-forwarded-for") == ["10.0.0.1, 10.0.0.2, 127.0.0.1"])
  }

  @Test func aUnixSocketsClientIsUnknown() throws {
    let directory = Scratch()
    let origin = Origin.mirror()
    let apus = try Binary(
      """
      listeners: [{name: test, address: "127.0.0.1:0"}, {name: local, address: "unix:\(directory.path("s"))"}]
      services: [{name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}]
      """)
    #expect(apus.program.line(containing: " ready ") != nil)
    let client = try Wire.connect(path: directory.path("s"))
    let seen = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").mirrored
    #expect(seen.values("x-forwarded-for") == ["unknown"])
  }

  @Test func withTrustedHopsThatSayNothingTheyAreOurs() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port, listener: "trustedHops: 1")
    let seen = try proxy.get().mirrored
    #expect(seen.values("x-forwarded-for") == ["127.0.0.1"])
    #expect(seen.values("x-forwarded-proto") == ["http"])
    #expect(seen.values("x-forwarded-host") == ["test"])
    #expect(seen["x-request-id"]?.utf8.count == 36)
  }

  @Test func everyRequestHasAnIDOfItsOwn() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    let client = try proxy.connect()
    let ids = try (0..<50).map { _ in
      try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").mirrored["x-request-id"]
    }
    #expect(Set(ids).count == 50)
  }

  /// `X_Forwarded_For` reads like `X-Forwarded-For` to an endpoint that speaks CGI.
  @Test func anAliasWithUnderscoresIsDropped() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    let seen = try proxy.get(headers: "X_Forwarded_For: 1.2.3.4\r\nX_Own: a\r\n").mirrored
    #expect(seen["x_forwarded_for"] == nil)
    #expect(seen["x_own"] == "a")
  }
}
