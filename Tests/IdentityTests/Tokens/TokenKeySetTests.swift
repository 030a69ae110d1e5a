import JSON
import TokenMaker
import Testing

@testable import Identity

@Suite struct TokenKeySetTests {
  private static let maker = Result { try TokenMaker() }

  private func set(_ text: String) throws -> TokenKeySet {
    let bytes = Array(text.utf8)
    return try TokenKeySet(bytes.span)
  }

  @Test func keysOfAllKinds() throws {
    let set = try set(try Self.maker.get().keySet())
    #expect(set.count == 3 && set.ignored.isEmpty)
    #expect(set.keys.map(\.algorithm) == [.rs256, .es256, .edDSA])
    #expect(set.keys.map(\.id) == ["RS256", "ES256", "EdDSA"])
    #expect(set.candidates(.es256, id: "ES256").count == 1 && set.candidates(.es256, id: nil).count == 1)
    #expect(set.candidates(.es256, id: "RS256").isEmpty)
  }

  @Test(arguments: [
    "", ",\"use\":\"sig\"", ",\"alg\":\"ES256\"", ",\"key_ops\":[\"verify\"]",
    ",\"x5c\":[\"?\"],\"other\":{}",
  ])
  func furtherMembersAreTaken(more: String) throws {
    #expect(try set("{\"keys\":[\(try Self.maker.get().webKey(.p256, more: more))],\"x\":1}").count == 1)
  }

  /// What is of no use is passed over and named; a set of nothing else is an error.
  @Test func keysOfNoUseAreNamed() throws {
    let maker = try Self.maker.get()
    let good = try maker.webKey(.p256)
    let short = String(repeating: "A", count: 171)
    let cases: [(String, WebKeyProblem)] = [
      ("7", .noKind), ("{}", .noKind), ("{\"kty\":\"XYZ\"}", .otherKind),
      ("{\"kty\":\"oct\",\"k\":\"AAAA\"}", .symmetric),
      (try maker.webKey(.p256, more: ",\"use\":\"enc\""), .otherUse),
      (try maker.webKey(.p256, more: ",\"key_ops\":[\"sign\"]"), .otherUse),
      (try maker.webKey(.p256, more: ",\"alg\":\"RS256\""), .otherAlgorithm),
      (try maker.webKey(.rsa, more: ",\"alg\":\"HS256\""), .otherAlgorithm),
      (good.replacing("\"ES256\"", with: "7"), .badID),
      (good.replacing("P-256", with: "P-384"), .curve),
      (try maker.webKey(.ed25519).replacing("Ed25519", with: "X25519"), .curve),
      ("{\"kty\":\"RSA\",\"n\":\"\(short)\",\"e\":\"AQAB\"}", .badNumber),
      ("{\"kty\":\"RSA\",\"n\":\"_\(short)\",\"e\":\"AQAB\"}", .size),
      ("{\"kty\":\"RSA\",\"n\":\"\(String(repeating: "_", count: 1368))\",\"e\":\"AQAB\"}", .size),
      (try maker.webKey(.rsa).replacing("AQAB", with: "AQAC"), .noKey),
      (try maker.webKey(.rsa).replacing("AQAB", with: "AQ"), .noKey),
      (try maker.webKey(.rsa).replacing("AQAB", with: "AQAAAAAAAAAAAAAB"), .noKey),
      (try maker.webKey(.rsa).replacing("AQAB", with: "AQAB="), .badNumber),
      ("{\"kty\":\"RSA\",\"e\":\"AQAB\"}", .missingNumber),
      ("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\"}", .badNumber),
      (
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\(TokenMaker.encode([UInt8](repeating: 1, count: 32)))\",\"y\":\"\(TokenMaker.encode([UInt8](repeating: 2, count: 32)))\"}",
        .noKey
      ),
    ]
    for (key, problem) in cases {
      let both = try set("{\"keys\":[\(key),\(good)]}")
      #expect(both.count == 1, "\(key.prefix(60))")
      #expect(both.ignored.count == 1 && both.ignored[0].hasSuffix("\(problem.reason)"), "\(both.ignored)")
      #expect(both.ignored[0].hasPrefix("key 1"))
      #expect(throws: TokenKeySet.Failure.noUsableKey(both.ignored)) { try set("{\"keys\":[\(key)]}") }
    }
  }

  @Test func setsThatAreNone() throws {
    for text in ["{}", "[]", "{\"keys\":{}}", "null"] {
      #expect(throws: TokenKeySet.Failure.noSet, "\(text)") { try set(text) }
    }
    #expect(throws: TokenKeySet.Failure.noUsableKey([])) { try set("{\"keys\":[]}") }
    #expect(throws: TokenKeySet.Failure.json(JSONFault(.unexpectedEnd, at: 8))) { try set("{\"keys\":") }
    let many = [String](repeating: "{}", count: 65).joined(separator: ",")
    #expect(throws: TokenKeySet.Failure.tooManyKeys) { try set("{\"keys\":[\(many)]}") }
  }
}
