internal import JSON

/// Whether a listener or a route asks for a bearer token, and whose it takes. Immutable, shared by all workers.
public final class TokenPolicy: Sendable {
  public enum Mode: String, Sendable, CaseIterable {
    /// Without a token there is no answer but 401.
    case required
    /// One that is there must be good; whoever brings none goes on without claims.
    case optional
  }

  public let mode: Mode
  public let providers: [TokenProvider]
  /// Names of the fields that only tokens may fill, in lower case: those of a client's are dropped.
  public let ownedHeaders: [[UInt8]]

  public init(mode: Mode, providers: [TokenProvider]) {
    self.mode = mode
    self.providers = providers
    ownedHeaders = Array(Set(providers.flatMap { $0.claimHeaders.map(\.nameBytes) }))
  }

  /// - Parameter now: seconds since 1970.
  public func verify(_ bytes: Span<UInt8>, now: Int64) throws(TokenError) -> VerifiedToken {
    let token = try UnverifiedToken(bytes)
    guard let issuer = token.claims["iss"] else { throw .missingIssuer }
    if issuer.string == nil { throw .badClaims }
    var last = TokenError.unknownIssuer
    for provider in providers where provider.isIssuer(of: token) {
      do throws(TokenError) {
        return try provider.verify(token, bytes, now: now)
      } catch {
        last = error
      }
    }
    throw last
  }

  func takes(_ token: VerifiedToken) -> Bool {
    for provider in providers where provider === token.provider { return provider.isCurrent(token) }
    return false
  }
}
