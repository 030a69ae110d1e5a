public import JSON

/// A token that was verified, with what it says, and what services are told of it. Immutable.
public final class VerifiedToken: Sendable {
  /// A header field.
  public struct Line: Sendable {
    public let name: [UInt8]
    public let value: [UInt8]
  }

  public let claims: JSONNode
  public let provider: TokenProvider
  /// Made once a token, not once a request.
  public let lines: [Line]
  let validity: TokenValidity
  /// Of the keys that have verified it.
  let generation: Int

  init(claims: JSONNode, validity: TokenValidity, provider: TokenProvider, generation: Int = 0) {
    self.generation = generation
    self.claims = claims
    self.validity = validity
    self.provider = provider
    lines = provider.claimHeaders.compactMap { header in
      header.value(in: claims).map { Line(name: header.nameBytes, value: $0) }
    }
  }

  /// A claim by name; where there is none of that name, by a way through nested objects, `realm_access.roles`.
  public func claim(_ path: ClaimPath) -> JSONNode? { path.find(in: claims) }
}
