import TokenMaker
import JSON
import Primitives
import Testing

@testable import Identity

@Suite struct TokenCacheTests {
  private static let maker = Result { try TokenMaker() }
  private static let now: Int64 = 1_800_000_000

  private func provider(_ name: String = "idp") throws -> TokenProvider {
    let bytes = Array(try Self.maker.get().keySet([.p256]).utf8)
    return TokenProvider(name: name, issuer: name, leeway: .zero, keys: try TokenKeySet(bytes.span))
  }

  /// A token that nobody has to have signed.
  private func token(_ provider: TokenProvider, until end: Int64 = Self.now + 10) throws -> VerifiedToken {
    let claims = JSONClaims.expiring(at: end)
    return VerifiedToken(
      claims: claims, validity: try TokenValidity(of: claims, leeway: .zero), provider: provider)
  }

  private func find(
    _ cache: TokenCache, _ text: String, _ policy: TokenPolicy, now: Int64 = Self.now
  ) throws -> VerifiedToken? {
    let bytes = Array(text.utf8)
    return try cache.find(bytes.span, policy, now: now)
  }

  private func insert(_ cache: TokenCache, _ text: String, _ token: VerifiedToken) {
    let bytes = Array(text.utf8)
    cache.insert(bytes.span, token)
  }

  @Test func whatWasVerifiedIsKnown() throws {
    let provider = try provider()
    let policy = TokenPolicy(mode: .required, providers: [provider])
    let cache = TokenCache(seed: 1)
    let text = try Self.maker.get().token("{\"iss\":\"idp\",\"exp\":1800000010}")
    #expect(try find(cache, text, policy) == nil)
    let bytes = Array(text.utf8)
    let token = try policy.verify(bytes.span, now: Self.now)
    insert(cache, text, token)
    #expect(try find(cache, text, policy) === token)
    #expect(try find(cache, text + "A", policy) == nil)
    #expect(try find(cache, String(text.dropLast()), policy) == nil)
    #expect(throws: TokenError.expired) { try find(cache, text, policy, now: Self.now + 10) }
  }

  /// Another route may not believe the same issuer; a new configuration has other providers.
  @Test func onlyWhereItsProviderIsTaken() throws {
    let (a, b) = (try provider("a"), try provider("b"))
    let cache = TokenCache(seed: 1)
    insert(cache, "token", try token(a))
    #expect(try find(cache, "token", TokenPolicy(mode: .required, providers: [b])) == nil)
    #expect(try find(cache, "token", TokenPolicy(mode: .required, providers: [b, a])) != nil)
    #expect(try find(cache, "token", TokenPolicy(mode: .required, providers: [try provider("a")])) == nil)
  }

  /// A key that is taken back takes back what it has signed.
  @Test func newKeysForgetWhatOthersHaveSigned() throws {
    let provider = try provider()
    let policy = TokenPolicy(mode: .required, providers: [provider])
    let cache = TokenCache(seed: 1)
    let text = try Self.maker.get().token("{\"iss\":\"idp\",\"exp\":1800000010}")
    let bytes = Array(text.utf8)
    insert(cache, text, try policy.verify(bytes.span, now: Self.now))
    #expect(try find(cache, text, policy) != nil)
    let others = Array(try TokenMaker().keySet([.p256]).utf8)
    provider.replaceKeys(try TokenKeySet(others.span))
    #expect(try find(cache, text, policy) == nil)
    #expect(throws: TokenError.badSignature) { try policy.verify(bytes.span, now: Self.now) }
  }

  @Test func itsSizeHasBounds() throws {
    let provider = try provider()
    let policy = TokenPolicy(mode: .required, providers: [provider])
    let token = try token(provider)
    var limits = TokenCache.Limits()
    limits.count = 10
    limits.bytes = 1_000
    let cache = TokenCache(seed: 1, limits: limits)
    for index in 0..<1_000 {
      insert(cache, "token-\(index)", token)
      #expect(cache.count <= 20)
      // What is asked for again and again stays.
      if index > 0 { #expect(try find(cache, "token-0", policy) != nil, "\(index)") }
    }
    #expect(try find(cache, "token-999", policy) != nil && find(cache, "token-500", policy) == nil)
    let large = TokenCache(seed: 1, limits: limits)
    for index in 0..<100 {
      insert(large, String(repeating: "x", count: 300) + "\(index)", token)
      #expect(large.count <= 6)
    }
  }

  @Test func theSameAgainTakesNoRoom() throws {
    let cache = TokenCache(seed: 1)
    let token = try token(try provider())
    for _ in 0..<5_000 { insert(cache, "token", token) }
    #expect(cache.count == 1)
  }
}
