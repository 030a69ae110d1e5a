internal import JSON
public import Primitives
internal import Synchronization

/// Somebody who issues bearer tokens that are believed, and how they are judged (RFC 7519; RFC 8725 on how not to).
/// All but its
/// keys is immutable; shared by all workers.
public final class TokenProvider: Sendable {
  public let name: String
  public let issuer: String
  /// A token must be for one of them; empty: for whomever.
  public let audiences: [String]
  /// By how much clocks may differ.
  public let leeway: Interval
  public let claimHeaders: [ClaimHeader]
  /// Whether the service gets the token as well.
  public let forwardsToken: Bool
  /// Where its keys were read from; empty: nowhere that could be looked at again.
  public let keyFile: String
  /// What that was when its keys were read, for whoever reads it anew.
  package let keyOrigin: (any Sendable)?
  /// Raised by a token that names a key which is not here.
  public let demand = KeyDemand()
  /// Nil: they have yet to come.
  private let keys: Mutex<TokenKeySet?>
  private let generation = Atomic<Int>(0)

  /// Keys that are tried for a token which does not name its own.
  private static let tries = 4

  /// - Parameter keys: nil where they will come by `replaceKeys`.
  public init(
    name: String, issuer: String, audiences: [String] = [], leeway: Interval = .seconds(60),
    claimHeaders: [ClaimHeader] = [], forwardsToken: Bool = false, keys: TokenKeySet?, keyFile: String = "",
    keyOrigin: (any Sendable)? = nil
  ) {
    self.name = name
    self.issuer = issuer
    self.audiences = audiences
    self.leeway = leeway
    self.claimHeaders = claimHeaders
    self.forwardsToken = forwardsToken
    self.keys = Mutex(keys)
    self.keyFile = keyFile
    self.keyOrigin = keyOrigin
  }

  /// Those of a provider whose keys come from the same place, where this one has none yet. Tokens that they have verified
  /// are verified again.
  package func takeKeys(of other: TokenProvider) {
    let theirs = other.keys.withLock { $0 }
    keys.withLock { if $0 == nil { $0 = theirs } }
  }

  /// Whether another description says just the same; keys do not count.
  package func matches(_ other: TokenProvider) -> Bool {
    name == other.name && issuer == other.issuer && audiences == other.audiences && leeway == other.leeway
      && claimHeaders == other.claimHeaders && forwardsToken == other.forwardsToken
      && keyFile == other.keyFile
  }

  /// 0 where there are none yet.
  public var keyCount: Int { keys.withLock { $0?.count ?? 0 } }

  /// How often the keys were replaced.
  package var replacements: Int { generation.load(ordering: .acquiring) }

  /// From now on these. What other keys have signed is known no longer, whoever has verified it. Any thread.
  public func replaceKeys(_ fresh: TokenKeySet) {
    keys.withLock { $0 = fresh }
    generation.add(1, ordering: .releasing)
  }

  /// Whether a token of this provider's was verified with the keys of now.
  func isCurrent(_ token: VerifiedToken) -> Bool { token.generation == generation.load(ordering: .acquiring) }

  /// Whether a token says that it comes from here. Nobody has verified it.
  func isIssuer(of token: UnverifiedToken) -> Bool {
    token.claims["iss"]?.string.map { $0.utf8.elementsEqual(issuer.utf8) } ?? false
  }

  /// - Parameters:
  ///   - bytes: the token as it came, from which `token` was read.
  ///   - now: seconds since 1970.
  func verify(
    _ token: UnverifiedToken, _ bytes: Span<UInt8>, now: Int64
  ) throws(TokenError) -> VerifiedToken {
    guard audiences.isEmpty || isAudience(token.claims["aud"]) else { throw .wrongAudience }
    let validity = try TokenValidity(of: token.claims, leeway: leeway)
    if let error = validity.error(at: now) { throw error }
    let generation = generation.load(ordering: .acquiring)
    // A token that nobody has seen before: next to a signature's verification a lock is nothing.
    guard let candidates = keys.withLock({ $0?.candidates(token.algorithm, id: token.keyID) }) else {
      throw .keysMissing
    }
    if candidates.isEmpty {
      demand.raise()
      throw .unknownKey
    }
    let signed = bytes.extracting(0..<token.signedCount)
    for key in candidates.prefix(Self.tries) where key.verifies(token.signature, of: signed) {
      return VerifiedToken(
        claims: token.claims, validity: validity, provider: self, generation: generation)
    }
    throw .badSignature
  }

  private func isAudience(_ claim: JSONNode?) -> Bool {
    switch claim {
    case .string(let text): isAudience(text)
    case .array(let items): items.contains { $0.string.map(isAudience) ?? false }
    default: false
    }
  }

  private func isAudience(_ text: String) -> Bool { audiences.contains { $0.utf8.elementsEqual(text.utf8) } }
}
