import Foundation
import Identity
import Mesh
import Primitives
import Testing

@testable import Configuration

@Suite final class TokenTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "apus-\(UUID().uuidString)")
  static let key = """
    {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
    """

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func file(_ text: String) throws -> String {
    let url = folder.appendingPathComponent("jwks.json")
    try Data(text.utf8).write(to: url)
    return url.path
  }

  /// - Parameter text: of a provider, with `FILE` for a good key set.
  private func found(_ text: String, keys: String = "{\"keys\":[\(key)]}", more: String = "") throws
    -> [String]
  {
    let path = try file(keys)
    let yaml = "jwt: {providers: [{\(text.replacing("FILE", with: path))}]}\n\(more)" + service
    return diagnostics(yaml).map { $0.replacing(path, with: "FILE") }
  }

  @Test func aWholeProvider() throws {
    let yaml = """
      jwt:
        providers:
        - name: idp
          issuer: https://idp.example
          audiences: [shop, api]
          leeway: 5s
          jwks: {file: \(try file("{\"keys\":[\(Self.key)]}"))}
          forwardToken: true
          forwardClaims: [{claim: sub, header: X-User}]
        - {name: other, issuer: o, audiences: [a], jwks: {file: \(try file("{\"keys\":[\(Self.key)]}"))}}
      listeners: [{name: in, address: ":1", jwt: {mode: optional, providers: [other]}}]
      routes:
      - {name: r, jwt: {}, rules: [{backendRefs: [{name: web}]}]}
      - {name: s, rules: [{backendRefs: [{name: web}]}]}

      """
    #expect(diagnostics(yaml + service) == [])
    let snapshot = try #require(load(yaml + service).snapshot)
    let policy = try #require(snapshot.routes.rules[0].tokens)
    #expect(policy.mode == .required && policy.providers.map(\.name) == ["idp", "other"])
    let idp = policy.providers[0]
    #expect(
      idp.issuer == "https://idp.example" && idp.audiences == ["shop", "api"] && idp.leeway == .seconds(5))
    #expect(idp.forwardsToken && idp.keyCount == 1 && idp.claimHeaders.map(\.name) == ["X-User"])
    #expect(!policy.providers[1].forwardsToken && policy.providers[1].leeway == .seconds(60))
    #expect(policy.ownedHeaders == [Array("x-user".utf8)])
    #expect(snapshot.routes.rules[1].tokens == nil)
    #expect(snapshot.listeners[0].tokens?.mode == .optional)
    #expect(snapshot.listeners[0].tokens?.providers.map(\.name) == ["other"])
  }

  private static let good = "name: a, issuer: i, audiences: [x], jwks: {file: FILE}"

  @Test(arguments: [
    ("issuer: i, audiences: [x], jwks: {file: FILE}", "name: is missing"),
    ("name: a, audiences: [x], jwks: {file: FILE}", "issuer: is missing"),
    (
      "name: a, issuer: i, audiences: [x]",
      "jwks: is missing: `jwks: {file: /path/to/jwks.json}`, or `jwks: {url: https://…}`"
    ),
    ("name: a, issuer: i, audiences: [x], jwks: {}", "jwks.file: is missing"),
    (
      "name: a, issuer: i, audiences: [x], jwks: {file: /nowhere}",
      "jwks.file: cannot be read: No such file or directory"
    ),
    (good + ", leeway: 11m", "leeway: 11m is out of range (valid: 0s to 10m)"),
    (
      good + ", forwardClaims: [{claim: sub, header: 'x y'}]",
      "forwardClaims[0].header: `x y` is no header name"
    ),
    (
      good + ", forwardClaims: [{claim: sub, header: Host}]",
      "forwardClaims[0].header: `Host` has a meaning of its own, and cannot carry a claim"
    ),
    (
      good + ", forwardClaims: [{claim: sub, header: Authorization}]",
      "forwardClaims[0].header: `Authorization` has a meaning of its own, and cannot carry a claim"
    ),
    (
      good + ", forwardClaims: [{claim: sub, header: X-Forwarded-Client-Cert}]",
      "forwardClaims[0].header: `X-Forwarded-Client-Cert` has a meaning of its own, and cannot carry a claim"
    ),
    (
      good + ", forwardClaims: [{claim: sub, header: X_Forwarded_For}]",
      "forwardClaims[0].header: `X_Forwarded_For` has a meaning of its own, and cannot carry a claim"
    ),
    (
      good + ", forwardClaims: [{claim: sub, header: traceparent}]",
      "forwardClaims[0].header: `traceparent` has a meaning of its own, and cannot carry a claim"
    ),
    (
      good + ", forwardClaims: [{claim: sub, header: cookie}]",
      "forwardClaims[0].header: `cookie` has a meaning of its own, and cannot carry a claim"
    ),
    (
      good + ", forwardClaims: [{claim: a, header: x-a}, {claim: b, header: X-A}]",
      "forwardClaims[1].header: `X-A` carries another claim already"
    ),
    (good + ", forwardClaims: [{header: x-a}]", "forwardClaims[0].claim: is missing"),
  ])
  func mistakesAreNamed(text: String, message: String) throws {
    let found = try found(text)
    #expect(found.count == 1 && found[0].hasSuffix("jwt.providers[0].\(message)"), "\(found)")
  }

  @Test(arguments: [
    ("", "is no JSON: empty, at byte 1"), ("{\"keys\":[}", "is no JSON: unexpected character, at byte 10"),
    ("{}", "is no key set: {\"keys\": [...]}"), ("{\"keys\":[]}", "has no key that can verify tokens"),
    (
      "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k\",\"k\":\"AAAA\"}]}",
      "has no key that can verify tokens (key 1 (kid \"k\"): `oct` is a shared secret: whoever verifies with it can sign, too)"
    ),
  ])
  func keySetsAreRead(keys: String, message: String) throws {
    let found = try found(Self.good, keys: keys)
    #expect(found.count == 1 && found[0].hasSuffix("jwt.providers[0].jwks.file: \(message)"), "\(found)")
  }

  @Test func changedFilesAreReadAnew() throws {
    let path = try file("{\"keys\":[\(Self.key)]}")
    let yaml = """
      jwt: {providers: [{name: a, issuer: i, audiences: [x], jwks: {file: \(path)}}]}
      routes: [{name: r, jwt: {}, rules: [{backendRefs: [{name: web}]}, {backendRefs: [{name: web}]}]}]

      """
    let snapshot = try #require(load(yaml + service).snapshot)
    let provider = try #require(snapshot.routes.rules[0].tokens?.providers[0])
    let rotation = KeySetRotation(snapshot)
    #expect(!rotation.directories.isEmpty && rotation.check().isEmpty && provider.keyCount == 1)
    // As a directory is swapped: another file under the same name.
    func replace(_ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path + ".new"))
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.moveItem(atPath: path + ".new", toPath: path)
    }
    try replace("{\"keys\":[\(Self.key),\(Self.key)]}")
    #expect(rotation.check() == [RotationOutcome(owner: "provider a")])
    #expect(provider.keyCount == 2 && rotation.check().isEmpty)
    try replace("{")
    #expect(
      rotation.check() == [
        RotationOutcome(owner: "provider a", file: path, fault: "is no JSON: unexpected end, at byte 2")
      ])
    #expect(provider.keyCount == 2 && rotation.check().isEmpty)
    try FileManager.default.removeItem(atPath: path)
    #expect(rotation.check().first?.fault == "cannot be read: No such file or directory")
    #expect(provider.keyCount == 2)
    try Data("{\"keys\":[\(Self.key)]}".utf8).write(to: URL(fileURLWithPath: path))
    #expect(rotation.check().first?.fault == nil && provider.keyCount == 1)
    // What could not be read for a reason that passes is read later, though the file is the same.
    try replace("{\"keys\":[\(Self.key),\(Self.key)]}")
    do {
      let held = try HeldFile(path)
      #expect(rotation.check().count == 1 && rotation.check().isEmpty && provider.keyCount == 1)
      withExtendedLifetime(held) {}
    }
    #expect(rotation.check() == [RotationOutcome(owner: "provider a")] && provider.keyCount == 2)
    #expect(KeySetRotation(try #require(load(service).snapshot)).directories.isEmpty)
  }

  @Test func warnings() throws {
    let some = try found(Self.good, keys: "{\"keys\":[\(Self.key),{\"kty\":\"RSA\",\"use\":\"enc\"}]}")
    #expect(
      some.count == 2 && some.contains { $0.contains("warning: jwt.providers[0].jwks.file: key 2: `use`") },
      "\(some)")
    #expect(some.contains { $0.contains("no listener and no route takes tokens of the provider `a`") })
    let anybody = try found("name: a, issuer: i, jwks: {file: FILE}")
    #expect(
      anybody.contains { $0.contains("audiences: is missing: tokens that were made for other") }, "\(anybody)"
    )
  }

  @Test func providersOfOneIssuer() throws {
    let both =
      "name: a, issuer: i, audiences: [x], jwks: {file: FILE}}, {name: b, issuer: i, audiences: [y], jwks: {file: FILE}"
    func route(_ providers: String) -> String {
      "routes: [{name: r, rules: [{backendRefs: [{name: web}]}], jwt: {\(providers)}}]\n"
    }
    let together = try found(both, more: route("mode: required"))
    #expect(
      together.count == 1
        && together[0].contains("jwt.providers[1].name: the provider `a` on line 1 has the same issuer"),
      "\(together)")
    let apart = try found(both, more: route("providers: [b]"))
    #expect(!apart.contains { $0.contains("same issuer") }, "\(apart)")
  }

  @Test func namesMustLeadSomewhere() throws {
    func route(_ text: String) -> String {
      "routes: [{name: r, rules: [{backendRefs: [{name: web}]}], jwt: {\(text)}}]\n"
    }
    let missing = try found(Self.good, more: route("providers: [b]"))
    #expect(missing.count == 1 && missing[0].contains("there is no provider `b`"), "\(missing)")
    let nobody = try found(Self.good, more: route("providers: []"))
    #expect(
      nobody.count == 1 && nobody[0].contains("jwt.providers: is empty: whose tokens are taken?"), "\(nobody)"
    )
    let none = diagnostics(route("mode: required") + service)
    #expect(
      none.count == 1 && none[0].contains("there is no provider whose tokens could be taken"), "\(none)")
    let twice = try found(Self.good + "}, {" + Self.good)
    #expect(twice.count == 1 && twice[0].contains("the provider `a` is there already"), "\(twice)")
  }
}
