import TokenMaker
import JSON
import Primitives
import Testing

@testable import Identity

@Suite struct TokenProviderTests {
  private static let maker = Result { try TokenMaker() }
  private static let now: Int64 = 1_800_000_000
  private let maker: TokenMaker

  init() throws { maker = try Self.maker.get() }

  static func claims(_ more: String = "", exp: String = "1800000100", iss: String = "idp") -> String {
    "{\"iss\":\"\(iss)\",\"aud\":\"shop\",\"exp\":\(exp)\(more)}"
  }

  private func provider(
    _ kinds: [TokenMaker.Kind] = TokenMaker.Kind.allCases, issuer: String = "idp",
    audiences: [String] = ["shop"]
  ) throws -> TokenProvider {
    let bytes = Array(try maker.keySet(kinds).utf8)
    return TokenProvider(
      name: issuer, issuer: issuer, audiences: audiences, leeway: .seconds(60),
      keys: try TokenKeySet(bytes.span))
  }

  private func judge(_ token: String, _ provider: TokenProvider? = nil, now: Int64 = Self.now) throws
    -> VerifiedToken
  {
    let bytes = Array(token.utf8)
    let providers = [try provider ?? self.provider()]
    return try TokenPolicy(mode: .required, providers: providers).verify(bytes.span, now: now)
  }

  @Test(arguments: TokenMaker.Kind.allCases)
  func goodOnesAreTaken(kind: TokenMaker.Kind) throws {
    let token = try judge(try maker.token(Self.claims(",\"sub\":\"alice\""), kind))
    #expect(token.claim(ClaimPath("sub")) == .string("alice"))
    // The type may be said, in any case, and need not be; so may be the key.
    for header in [
      "{\"alg\":\"\(kind.rawValue)\"}", "{\"typ\":\"at+JWT\",\"alg\":\"\(kind.rawValue)\"}",
      "{\"alg\":\"\(kind.rawValue)\",\"typ\":\"JWT\",\"x\":{\"y\":[1]}}",
    ] { _ = try judge(try maker.token(header: header, claims: Self.claims(), kind)) }
  }

  /// Each byte that is changed makes it another token, or none.
  @Test(arguments: TokenMaker.Kind.allCases)
  func changedOnesAreNot(kind: TokenMaker.Kind) throws {
    let token = Array(try maker.token(Self.claims(), kind).utf8)
    let provider = try provider()
    for place in token.indices {
      var changed = token
      changed[place] = changed[place] == 65 ? 66 : 65
      #expect(throws: TokenError.self, "\(place)") {
        try judge(String(decoding: changed, as: UTF8.self), provider)
      }
    }
    for count in stride(from: 0, to: token.count, by: 3) {
      #expect(throws: TokenError.self) {
        try judge(String(decoding: token[..<count], as: UTF8.self), provider)
      }
    }
  }

  @Test(arguments: [
    ("{\"alg\":\"none\"}", TokenError.unsupportedAlgorithm), ("{\"alg\":\"None\"}", .unsupportedAlgorithm),
    ("{\"alg\":\"HS256\",\"kid\":\"RS256\"}", .unsupportedAlgorithm),
    ("{\"alg\":\"es256\"}", .unsupportedAlgorithm),
    ("{\"alg\":\"ES384\"}", .unsupportedAlgorithm), ("{\"alg\":\"PS256\"}", .unsupportedAlgorithm),
    ("{\"alg\":null}", .badHeader), ("{}", .badHeader), ("[]", .badHeader), ("\"ES256\"", .badHeader),
    ("", .badHeader),
    ("{\"alg\":\"ES256\",\"alg\":\"ES256\"}", .badHeader),
    ("{\"alg\":\"ES256\"}x", .badHeader), ("{\"alg\":\"ES256\",\"kid\":1}", .badHeader),
    ("{\"alg\":\"ES256\",\"crit\":[\"exp\"]}", .criticalHeader),
    ("{\"alg\":\"ES256\",\"crit\":[]}", .criticalHeader),
    ("{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}", .criticalHeader),
    ("{\"alg\":\"ES256\",\"typ\":\"logout+jwt\"}", .wrongType),
    ("{\"alg\":\"ES256\",\"typ\":\"secevent+jwt\"}", .wrongType),
    ("{\"alg\":\"ES256\",\"typ\":7}", .badHeader),
    // Whose key another's name is.
    ("{\"alg\":\"ES256\",\"kid\":\"RS256\"}", .unknownKey),
    ("{\"alg\":\"RS256\",\"kid\":\"ES256\"}", .unknownKey),
    ("{\"alg\":\"ES256\",\"kid\":\"\"}", .unknownKey), ("{\"alg\":\"ES256\",\"kid\":\"es256\"}", .unknownKey),
    ("{\"alg\":\"ES256\",\"kid\":\"../../dev/null\"}", .unknownKey),
    // The key is ES256's: another algorithm's does not verify.
    ("{\"alg\":\"RS256\",\"kid\":\"RS256\"}", .badSignature),
    ("{\"alg\":\"EdDSA\",\"kid\":\"EdDSA\"}", .badSignature),
    // What a header brings along of keys counts for nothing.
    ("{\"alg\":\"EdDSA\",\"jwk\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}}", .badSignature),
  ])
  func headersAreRead(header: String, error: TokenError) throws {
    let token = try maker.token(header: header, claims: Self.claims(), .p256)
    #expect(throws: error) { try judge(token) }
  }

  /// The classic: a public key taken for a shared secret.
  @Test func noSharedSecretIsMadeOfAPublicKey() throws {
    #expect(TokenAlgorithm.allCases.map(\.rawValue).sorted() == ["ES256", "EdDSA", "RS256"])
    let token = try maker.token(header: "{\"alg\":\"HS256\"}", claims: Self.claims(), .rsa)
    #expect(throws: TokenError.unsupportedAlgorithm) { try judge(token) }
  }

  @Test(arguments: [
    ("{\"aud\":\"shop\",\"exp\":1800000100}", TokenError.missingIssuer),
    ("{\"iss\":7,\"aud\":\"shop\",\"exp\":1800000100}", .badClaims),
    ("{\"iss\":[\"idp\"],\"aud\":\"shop\",\"exp\":1800000100}", .badClaims),
    (claims(iss: "idp "), .unknownIssuer), (claims(iss: "IDP"), .unknownIssuer),
    (claims(iss: ""), .unknownIssuer),
    ("{\"iss\":\"idp\",\"exp\":1800000100}", .wrongAudience),
    ("{\"iss\":\"idp\",\"aud\":\"other\",\"exp\":1800000100}", .wrongAudience),
    ("{\"iss\":\"idp\",\"aud\":[],\"exp\":1800000100}", .wrongAudience),
    ("{\"iss\":\"idp\",\"aud\":[[\"shop\"]],\"exp\":1800000100}", .wrongAudience),
    ("{\"iss\":\"idp\",\"aud\":{\"shop\":1},\"exp\":1800000100}", .wrongAudience),
    ("{\"iss\":\"idp\",\"aud\":\"shop\"}", .missingExpiry),
    (claims(exp: "\"1800000100\""), .badTime), (claims(exp: "null"), .badTime),
    (claims(exp: "1e300"), .badTime),
    (claims(exp: "[]"), .badTime), (claims(exp: "99999999999999999999"), .badTime),
    (claims(exp: "-1"), .expired), (claims(exp: "0"), .expired), (claims(exp: "1799999940"), .expired),
    (claims(",\"nbf\":1800000061"), .notYetValid), (claims(",\"nbf\":\"0\""), .badTime),
    (claims(",\"iat\":true"), .badTime),
    ("[]", .badClaims), ("\"x\"", .badClaims), ("", .badClaims), (claims() + "{}", .badClaims),
    ("{\"iss\":\"evil\",\"iss\":\"idp\",\"aud\":\"shop\",\"exp\":1800000100}", .badClaims),
  ])
  func claimsAreRead(claims: String, error: TokenError) throws {
    #expect(throws: error) { try judge(try maker.token(claims)) }
  }

  @Test(arguments: [
    claims(exp: "1799999941"), claims(exp: "1799999941.5"), claims(exp: "1.8000001e9"),
    claims(",\"nbf\":1800000060"),
    claims(",\"nbf\":-5,\"iat\":1900000000"), "{\"iss\":\"idp\",\"aud\":[\"x\",\"shop\"],\"exp\":1800000100}",
    " {\"iss\" : \"idp\",\n\"aud\":\"shop\",\"exp\":1800000100} ",
  ])
  func edgesAreTaken(claims: String) throws {
    _ = try judge(try maker.token(claims))
  }

  @Test func withoutAudiencesAnyWillDo() throws {
    _ = try judge(try maker.token("{\"iss\":\"idp\",\"exp\":1800000100}"), try provider(audiences: []))
  }

  @Test func formsThatAreNone() throws {
    let token = try maker.token(Self.claims())
    let parts = token.split(separator: ".").map(String.init)
    let cases: [(String, TokenError)] = [
      ("", .malformed), (".", .malformed), ("..", .badHeader), ("...", .malformed), ("a.b.c.d.e", .malformed),
      (parts[0] + "." + parts[1], .malformed), (token + ".", .malformed), (token + "=", .badEncoding),
      (token + " ", .badEncoding), (token + "\n", .badEncoding),
      (parts[0] + "=.\(parts[1]).\(parts[2])", .badEncoding),
      ("\(parts[0]).\(parts[1]).", .badSignature), ("\(parts[0])..\(parts[2])", .badClaims),
      (".\(parts[1]).\(parts[2])", .badHeader), ("\(parts[0]).\(parts[1]).\(parts[2])AAAA", .badSignature),
      (String(repeating: "A", count: 16_385), .tooLong), (String(repeating: ".", count: 16_384), .malformed),
      ("\(parts[0]).\(TokenMaker.encode(Array(String(repeating: "[", count: 9_000).utf8))).A", .badEncoding),
      ("\(parts[0]).\(TokenMaker.encode(Array(String(repeating: "[", count: 9_000).utf8))).AAAA", .badClaims),
    ]
    let provider = try provider()
    for (text, error) in cases {
      #expect(throws: error, "\(text.prefix(40))") { try judge(text, provider) }
    }
  }

  /// Bits behind the last byte: the same bytes in another text, which a cache or a list of revoked ones would not know.
  @Test func tokensHaveOneForm() throws {
    let token = try maker.token(Self.claims(), .p256)
    // 64 bytes leave 4 bits of the last character unused.
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    let end = try #require(token.last)
    let last = try #require(alphabet.firstIndex(of: end))
    #expect(last % 16 == 0)
    #expect(throws: TokenError.badEncoding) {
      try judge(String(token.dropLast()) + String(alphabet[last + 1]))
    }
  }

  @Test func keysOfOneKindDoNotVerifyAnother() throws {
    let onlyRSA = try provider([.rsa])
    #expect(throws: TokenError.unknownKey) { try judge(try maker.token(Self.claims(), .p256), onlyRSA) }
    _ = try judge(try maker.token(Self.claims(), .rsa), onlyRSA)
  }

  @Test func issuersChooseTheirProvider() throws {
    let policy = TokenPolicy(
      mode: .required, providers: [try provider([.rsa], issuer: "a"), try provider([.p256], issuer: "b")])
    func issuer(_ token: String) throws -> String {
      let bytes = Array(token.utf8)
      return try policy.verify(bytes.span, now: Self.now).provider.name
    }
    #expect(try issuer(try maker.token(Self.claims(iss: "a"), .rsa)) == "a")
    #expect(try issuer(try maker.token(Self.claims(iss: "b"), .p256)) == "b")
    #expect(throws: TokenError.unknownKey) { try issuer(try maker.token(Self.claims(iss: "a"), .p256)) }
    #expect(throws: TokenError.unknownIssuer) { try issuer(try maker.token(Self.claims(iss: "c"), .p256)) }
  }

  @Test func everyErrorFitsAChallenge() {
    for error in TokenError.allCases {
      #expect("\(error.reason)".utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C })
    }
    #expect(Set(TokenError.allCases.map { "\($0.reason)" }).count == TokenError.allCases.count)
  }
}
