internal import HTTP
internal import Identity
internal import Primitives

/// A rule's conditions, compiled.
struct AuthorizationCriteria: Sendable {
  private let identities: [IdentityPattern]
  private let methods: [MethodMatcher]
  private let paths: [AuthorizationPath]
  private let sourceNetworks: [NetworkPrefix]
  private let headers: [HeaderMatcher]
  private let claims: [ClaimMatcher]
  /// Whether the conditions hold where that cannot be told.
  private let countsDoubt: Bool

  init(_ conditions: AuthorizationRule.Conditions, countsDoubt: Bool) {
    identities = conditions.identities
    methods = conditions.methods.map(MethodMatcher.init)
    paths = conditions.paths.map(AuthorizationPath.init)
    sourceNetworks = conditions.sourceNetworks
    headers = conditions.headers.map(HeaderMatcher.init)
    claims = conditions.claims.map(ClaimMatcher.init)
    self.countsDoubt = countsDoubt
  }

  /// The cheap ones first.
  func hold(
    _ head: borrowing MessageHead, _ caller: borrowing AuthorizationCaller, _ scratch: inout MatchScratch
  ) -> Bool {
    if !methods.isEmpty, !isOneOfMethods(head) { return false }
    if !sourceNetworks.isEmpty, !isFromNetworks(caller) { return false }
    if !identities.isEmpty, !isOneOfIdentities(caller) { return false }
    if !claims.isEmpty, !showsClaims(caller, &scratch) { return false }
    if !paths.isEmpty, !isOneOfPaths(head, &scratch) { return false }
    for index in headers.indices {
      let header = headers[index]
      // Of a field that comes twice the service may take either: whoever is denied one is denied both together.
      let holds =
        header.matches(head, &scratch, whenExceeded: countsDoubt)
        || countsDoubt && header.matchesAny(head, &scratch, whenExceeded: true)
      if !holds { return false }
    }
    return true
  }

  private func isOneOfMethods(_ head: borrowing MessageHead) -> Bool {
    for index in methods.indices where methods[index].matches(head) { return true }
    return false
  }

  private func isFromNetworks(_ caller: borrowing AuthorizationCaller) -> Bool {
    for index in sourceNetworks.indices where sourceNetworks[index].contains(caller.address) { return true }
    return false
  }

  private func isOneOfIdentities(_ caller: borrowing AuthorizationCaller) -> Bool {
    guard let identity = caller.identity else { return false }
    for index in identities.indices where identity.matches(identities[index]) { return true }
    return false
  }

  private func showsClaims(
    _ caller: borrowing AuthorizationCaller, _ scratch: inout MatchScratch
  ) -> Bool {
    guard let token = caller.token else { return false }
    for index in claims.indices where !claims[index].matches(token, &scratch, whenExceeded: countsDoubt) {
      return false
    }
    return true
  }

  private func isOneOfPaths(_ head: borrowing MessageHead, _ scratch: inout MatchScratch) -> Bool {
    for index in paths.indices where paths[index].matches(head, &scratch, whenExceeded: countsDoubt) {
      return true
    }
    return false
  }
}
