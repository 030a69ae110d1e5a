import Certificates
import HTTP
import Identity
import Mesh
import Policy
import Primitives
import Testing

@Suite struct AuthorizationPolicyTests {
  static let local = SocketAddress.v4(address: 0x7F00_0001, port: 4711)

  static func peer(_ uri: String) -> PeerIdentity {
    PeerIdentity(
      CertificateDescription(
        subject: "CN=x", issuer: "CN=ca", serial: "01", notBefore: 0, notAfter: 1, fingerprint: [],
        uris: [uri],
        uriCount: 1, key: ""))
  }

  private func judge(
    _ rules: [AuthorizationRule], mode: AuthorizationPolicy.Mode = .enforce,
    _ request: RequestSample = RequestSample(),
    from uri: String? = nil, at address: SocketAddress = Self.local
  ) throws -> AuthorizationVerdict {
    let policy = AuthorizationPolicy(
      .route, "r", mode: mode, rules: rules,
      slots: (10...10 + rules.count).map { StableNumber($0) })
    var head = MessageHead()
    try request.read(into: &head)
    try PathNormalizer.normalize(&head)
    var scratch = MatchScratch()
    let caller = AuthorizationCaller(identity: uri.map(Self.peer), address: address)
    return policy.judge(head, from: caller, scratch: &scratch)
  }

  private func rule(
    _ action: AuthorizationRule.Action, _ name: String = "x",
    _ edit: (inout AuthorizationRule.Conditions) throws -> Void
  ) rethrows -> AuthorizationRule {
    var conditions = AuthorizationRule.Conditions()
    try edit(&conditions)
    return AuthorizationRule(name: name, action: action, conditions: conditions)
  }

  // MARK: Which rule wins

  @Test func denyWinsWhereverItStands() throws {
    let allow = rule(.allow) { _ in }
    let deny = rule(.deny) { $0.methods = ["GET"] }
    #expect(try judge([allow, deny]) == AuthorizationVerdict(.denied, slot: 12))
    #expect(try judge([deny, allow]) == AuthorizationVerdict(.denied, slot: 11))
    #expect(
      try judge([deny, allow], RequestSample(method: "PUT")) == AuthorizationVerdict(.allowed, slot: 12))
  }

  @Test func withoutAllowRulesTheRestIsAllowed() throws {
    let deny = rule(.deny) { $0.methods = ["PUT"] }
    #expect(try judge([deny]) == AuthorizationVerdict(.allowed, slot: 10))
    #expect(try judge([]) == AuthorizationVerdict(.allowed, slot: 10))
  }

  @Test func withAllowRulesTheRestIsDenied() throws {
    let one = rule(.allow) { $0.methods = ["PUT"] }
    let two = rule(.allow) { $0.methods = ["POST"] }
    #expect(try judge([one, two]) == AuthorizationVerdict(.denied, slot: 10))
    #expect(try judge([one, two], RequestSample(method: "POST")) == AuthorizationVerdict(.allowed, slot: 12))
  }

  @Test func dryRunsRefuseNothing() throws {
    let deny = rule(.deny) { $0.methods = ["GET"] }
    #expect(try judge([deny], mode: .dryRun) == AuthorizationVerdict(.wouldDeny, slot: 11))
    #expect(
      try judge([deny], mode: .dryRun, RequestSample(method: "PUT"))
        == AuthorizationVerdict(.allowed, slot: 10))
    let allow = rule(.allow) { $0.methods = ["PUT"] }
    #expect(try judge([allow], mode: .dryRun) == AuthorizationVerdict(.wouldDeny, slot: 10))
  }

  // MARK: Conditions

  /// Of each condition one suffices; all conditions must hold.
  @Test func conditionsAreJoined() throws {
    let allow = try rule(.allow) {
      $0.identities = [
        try IdentityPattern("spiffe://prod/web"), try IdentityPattern("spiffe://prod/ns/*/sa/web"),
      ]
      $0.methods = ["GET", "HEAD"]
      $0.paths = [.exact("/a"), .prefix("/b/")]
      $0.sourceNetworks = [try NetworkPrefix("10.0.0.0/8"), try NetworkPrefix("127.0.0.0/8")]
      $0.headers = [ValueMatch(name: "x-a", .exact("1")), ValueMatch(name: "x-b", .exact("2"))]
    }
    let good = RequestSample(target: "/b/c?q", headers: [("X-A", "1"), ("X-B", "2")])
    func isAllowed(
      _ request: RequestSample, from uri: String? = "spiffe://prod/ns/x/sa/web",
      at address: SocketAddress = Self.local
    ) throws -> Bool { try judge([allow], request, from: uri, at: address).decision == .allowed }
    #expect(try isAllowed(good))
    #expect(try isAllowed(good, from: "spiffe://prod/web"))
    #expect(try !isAllowed(good, from: "spiffe://prod/api"))
    #expect(try !isAllowed(good, from: nil))
    #expect(try !isAllowed(good, at: .v4(address: 0x0B00_0001, port: 1)))
    #expect(try isAllowed(good, at: .v6(high: 0, low: 0xFFFF_0A00_0001, port: 1)))
    #expect(try !isAllowed(good, at: .unix(path: "/x")))
    for (path, isGood) in [
      ("/a", true), ("/a/", false), ("/b", true), ("/bc", false), ("/b/c/d", true), ("/", false),
    ] {
      #expect(try isAllowed(RequestSample(target: path, headers: good.headers)) == isGood, "\(path)")
    }
    #expect(try !isAllowed(RequestSample(method: "POST", target: "/a", headers: good.headers)))
    #expect(try isAllowed(RequestSample(method: "HEAD", target: "/a", headers: good.headers)))
    #expect(try !isAllowed(RequestSample(target: "/a", headers: [("x-a", "1")])))
  }

  @Test func pathsAreThoseThatAreForwarded() throws {
    let deny = rule(.deny) { $0.paths = [.prefix("/admin")] }
    for path in [
      "/admin", "/admin/", "//admin", "/x/../admin", "/%61dmin", "/./admin/x", "/x/%2e%2e/admin?a",
    ] {
      #expect(try judge([deny], RequestSample(target: path)).decision == .denied, "\(path)")
    }
    for path in ["/", "/administrator", "/x/admin", "/admin%2Fx"] {
      #expect(try judge([deny], RequestSample(target: path)).decision == .allowed, "\(path)")
    }
  }

  @Test func thePrefixOfAllTakesAll() throws {
    let deny = rule(.deny) { $0.paths = [.prefix("/")] }
    #expect(try judge([deny]).decision == .denied)
    #expect(try judge([deny], RequestSample(method: "OPTIONS", target: "*")).decision == .denied)
  }

  @Test func expressionsMatchTheWholePath() throws {
    let allow = try rule(.allow) { $0.paths = [.regularExpression(try RegularExpression("/v[0-9]+/.*"))] }
    #expect(try judge([allow], RequestSample(target: "/v1/x")).decision == .allowed)
    #expect(try judge([allow], RequestSample(target: "/x/v1/x")).decision == .denied)
  }

  /// No rule is evaded by a request that makes its expression give up.
  @Test func doubtDenies() throws {
    let costly = try RegularExpression("/(a+)+[bc]")
    let path = RequestSample(target: "/" + String(repeating: "a", count: 40))
    #expect(try judge([rule(.deny) { $0.paths = [.regularExpression(costly)] }], path).decision == .denied)
    #expect(try judge([rule(.allow) { $0.paths = [.regularExpression(costly)] }], path).decision == .denied)
    let value = ValueMatch(name: "x-a", .regularExpression(try RegularExpression("(a+)+[bc]")))
    let header = RequestSample(headers: [("x-a", String(repeating: "a", count: 40))])
    #expect(try judge([rule(.deny) { $0.headers = [value] }], header).decision == .denied)
    #expect(try judge([rule(.allow) { $0.headers = [value] }], header).decision == .denied)
  }

  /// Nor by a second field of the same name, of which the service may take either.
  @Test func repeatedFieldsEvadeNothing() throws {
    let value = ValueMatch(name: "x-role", .exact("guest"))
    for fields in [["guest", "admin"], ["admin", "guest"], ["guest", "guest"]] {
      let request = RequestSample(headers: fields.map { ("X-Role", $0) })
      #expect(try judge([rule(.deny) { $0.headers = [value] }], request).decision == .denied, "\(fields)")
      #expect(try judge([rule(.allow) { $0.headers = [value] }], request).decision == .denied, "\(fields)")
    }
    let joined = ValueMatch(name: "x-role", .exact("a,b"))
    let request = RequestSample(headers: [("x-role", "a"), ("x-role", "b")])
    #expect(try judge([rule(.deny) { $0.headers = [joined] }], request).decision == .denied)
    #expect(try judge([rule(.allow) { $0.headers = [joined] }], request).decision == .allowed)
  }
}
