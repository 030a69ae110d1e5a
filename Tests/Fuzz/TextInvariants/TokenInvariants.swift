internal import Identity
internal import JSON

/// What must hold for any bytes as a bearer token, and as a key set.
public enum TokenInvariants {
  private static let keys = """
    {"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}
    """

  private static let policy: TokenPolicy = {
    let bytes = Array(keys.utf8)
    guard let set = try? TokenKeySet(bytes.span) else { preconditionFailure("the key of RFC 7515, A.3") }
    return TokenPolicy(mode: .required, providers: [TokenProvider(name: "joe", issuer: "joe", keys: set)])
  }()

  public static func check(_ bytes: [UInt8]) {
    _ = try? TokenKeySet(bytes.span)
    guard let token = try? policy.verify(bytes.span, now: 1_300_819_000) else { return }
    // Nobody has that key but the authors of the RFC, who signed one token with it.
    precondition(token.claim(ClaimPath("iss")) == .string("joe"))
    let cache = TokenCache(seed: 1)
    cache.insert(bytes.span, token)
    precondition((try? cache.find(bytes.span, policy, now: 1_300_819_000)) === token)
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1
      precondition((try? policy.verify(changed.span, now: 1_300_819_000)) == nil, "a changed token is taken")
    }
  }
}
