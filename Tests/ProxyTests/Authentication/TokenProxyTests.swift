import Foundation
import Telemetry
import Testing
import TokenMaker

/// Bearer tokens in a whole proxy.
@Suite struct TokenProxyTests {
  private static let maker = Result { try TokenMaker() }
  private let maker: TokenMaker
  private let origin = Origin.mirror()

  init() throws { maker = try Self.maker.get() }

  private func claims(_ more: String = "", expiresIn seconds: Int = 600) -> String {
    "{\"iss\":\"idp\",\"aud\":\"shop\",\"exp\":\(Int(Date().timeIntervalSince1970) + seconds)\(more)}"
  }

  private func proxy(
    mode: String = "required", provider: String = "", authorization: String = "", listener: String = "",
    accessLog: String = "", to other: Origin? = nil
  ) throws -> TestProxy {
    // Tests run side by side.
    let file = maker.directory.appendingPathComponent("jwks-\(UUID().uuidString).json")
    try Data(try maker.keySet().utf8).write(to: file)
    return try TestProxy(
      """
      jwt:
        providers:
        - name: idp
          issuer: idp
          audiences: [shop]
          jwks: {file: \(file.path)}
          forwardClaims: [{claim: sub, header: X-User}, {claim: groups, header: x-groups}]
          \(provider)
      routes:
      - name: all
        hostnames: [test]
        rules: [{backendRefs: [{name: origin}]}]
        \(mode.isEmpty ? "" : "jwt: {mode: \(mode)}")
        \(authorization.isEmpty ? "" : "authorization: \(authorization)")
      services: [{name: origin, endpoints: ["127.0.0.1:\((other ?? origin).port)"]}]
      """, listener: listener)
  }

  private func bearer(_ token: String) -> String { "Authorization: Bearer \(token)\r\n" }

  @Test func whoBringsNoneIsAskedForOne() throws {
    let proxy = try proxy()
    for headers in ["", "Authorization: Basic YTpi\r\n"] {
      let answer = try proxy.get(headers: headers)
      #expect(answer.status == 401 && answer.text == "apus: bearer token missing\n")
      #expect(answer.values("www-authenticate") == ["Bearer"])
      #expect(answer["proxy-status"] == "apus;error=http_request_denied;details=\"bearer token missing\"")
    }
    #expect(origin.connections == 0)
  }

  @Test func badOnesAreRefusedWithTheReason() throws {
    let proxy = try proxy()
    let good = try maker.token(claims())
    for (token, reason) in [
      (try maker.token(claims(expiresIn: -61)), "token has expired"),
      (
        try maker.token(header: "{\"alg\":\"none\"}", claims: claims(), .p256),
        "token algorithm is not RS256, ES256 or EdDSA"
      ),
      (String(good.dropLast(4)) + "AAAA", "token signature does not verify"),
      (good + "=", "token is not in base64url"),
      ("abc", "token does not have three parts"), ("a b", "token does not have three parts"),
    ] {
      let answer = try proxy.get(headers: bearer(token))
      #expect(answer.status == 401 && answer.text == "apus: \(reason)\n", "\(answer)")
      #expect(
        answer.values("www-authenticate") == [
          "Bearer error=\"invalid_token\", error_description=\"\(reason)\""
        ])
      #expect(answer["proxy-status"] == "apus;error=http_request_denied;details=\"\(reason)\"")
    }
    #expect(origin.connections == 0 && proxy.comesToRest)
    #expect(proxy.metrics[.tokensRefused] == 6 && proxy.metrics[.tokenInvalid] == 6)
  }

  @Test(arguments: TokenMaker.Kind.allCases)
  func goodOnesCostOneSignature(kind: TokenMaker.Kind) throws {
    let proxy = try proxy()
    let token = try maker.token(claims(",\"sub\":\"alice\",\"groups\":[\"a\",\"b\"]"), kind)
    let client = try proxy.connect()
    for _ in 0..<3 {
      let seen = try client.exchange("GET / HTTP/1.1\r\nHost: test\r\n\(bearer(token))\r\n").mirrored
      #expect(seen.values("x-user") == ["alice"] && seen.values("x-groups") == ["a,b"])
      #expect(seen["authorization"] == nil)
    }
    #expect(proxy.metrics[.tokensVerified] == 1 && proxy.metrics[.tokensKnown] == 2)
  }

  /// Whatever a client says in their place, in any spelling, tokens or none.
  @Test func onlyTokensFillTheirFields() throws {
    let proxy = try proxy(mode: "optional")
    let forged = "X-User: root\r\nx-user: root\r\nx_user: root\r\nX-Groups: admin\r\n"
    let anonymous = try proxy.get(headers: forged).mirrored
    for name in ["x-user", "x_user", "x-groups"] { #expect(anonymous[name] == nil, "\(name)") }
    let token = try maker.token(claims(",\"sub\":\"alice\""))
    let seen = try proxy.get(headers: forged + bearer(token)).mirrored
    #expect(seen.values("x-user") == ["alice"] && seen["x_user"] == nil && seen["x-groups"] == nil)
    // A bad one is no good even where none is needed.
    #expect(try proxy.get(headers: bearer("abc")).status == 401)
  }

  /// A server that merges trailers into the head would believe them: by either version, with a token or without.
  @Test func norDoTrailersFillThem() throws {
    let origin = Origin { request in
      let all = (request.fields + request.trailers).filter {
        $0.name.lowercased().hasPrefix("x") || $0.name == "trailer"
      }
      let body = all.filter { !$0.name.hasPrefix("x-f") && !$0.name.hasPrefix("x-r") }
        .map { "\($0.name)=\($0.value)" }.joined(separator: ";")
      return "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
    let proxy = try proxy(mode: "optional", to: origin)
    let token = try maker.token(claims(",\"sub\":\"alice\""))
    for (credentials, user) in [("", ""), (bearer(token), "x-user=alice;")] {
      let answer = try proxy.connect().exchange(
        "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\nTrailer: X-User, x_groups, X-Sum\r\n"
          + credentials + "\r\n0\r\nX-User: root\r\nX_User: root\r\nx-groups: admin\r\nX-Sum: 1\r\n\r\n")
      #expect(answer.text == "trailer=X-Sum;\(user)X-Sum=1")
    }
    let call = try proxy.connectHTTP2().start(
      "POST", "/", [("authorization", "Bearer \(token)")], ends: false)
    call.send("x")
    call.end([("x-user", "root"), ("x_user", "root"), ("x-sum", "1")])
    #expect(try call.whole().text == "x-user=alice;x-sum=1")
  }

  @Test func theTokenItselfGoesOnWhereAsked() throws {
    let proxy = try proxy(provider: "forwardToken: true")
    let token = try maker.token(claims())
    #expect(try proxy.get(headers: bearer(token)).mirrored["authorization"] == "Bearer \(token)")
  }

  /// A name that its owner chose cannot become a field of its own.
  @Test func claimsEndNoLines() throws {
    let proxy = try proxy()
    let token = try maker.token(claims(",\"sub\":\"x\\r\\nx-admin: 1\""))
    let seen = try proxy.get(headers: bearer(token)).mirrored
    #expect(seen["x-user"] == nil && seen["x-admin"] == nil)
  }

  @Test func claimsDecide() throws {
    let proxy = try proxy(
      mode: "optional",
      authorization: """
        {rules: [{name: admins, action: allow, when: {claims: [{name: groups, value: admin}, {name: realm.level, value: "3"}]}},
        {name: not-bob, action: deny, when: {claims: [{name: sub, type: RegularExpression, value: "b.b"}]}}]}
        """)
    func status(_ more: String) throws -> Int {
      try proxy.get(headers: bearer(try maker.token(claims(more)))).status
    }
    let level = ",\"realm\":{\"level\":3}"
    #expect(try status(",\"groups\":[\"x\",\"admin\"]" + level) == 200)
    #expect(try status(",\"groups\":\"admin\"" + level) == 200)
    #expect(try status(",\"groups\":[\"admins\"]" + level) == 403)
    #expect(try status(",\"groups\":[\"admin\"]") == 403)
    #expect(try status(",\"sub\":\"bob\",\"groups\":[\"admin\"]" + level) == 403)
    #expect(try proxy.get().status == 403)
  }

  @Test func aListenerAsksForAllItsRoutes() throws {
    let proxy = try proxy(mode: "", listener: "jwt: {providers: [idp]}")
    #expect(try proxy.get().status == 401)
    #expect(try proxy.connect().exchange("GET / HTTP/1.1\r\nHost: unknown\r\n\r\n").status == 401)
    #expect(try proxy.get(headers: bearer(try maker.token(claims()))).status == 200)
    let open = try self.proxy(mode: "optional", listener: "jwt: {mode: required}")
    #expect(try open.get().status == 200)
  }

  @Test func withoutAnyOfItNothingIsTouched() throws {
    let proxy = try proxy(mode: "")
    let seen = try proxy.get(headers: "Authorization: Bearer abc\r\nX-User: me\r\n").mirrored
    #expect(seen["authorization"] == "Bearer abc" && seen["x-user"] == "me")
  }
}
