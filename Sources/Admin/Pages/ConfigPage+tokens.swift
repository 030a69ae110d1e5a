internal import HTTP
internal import Identity
internal import Mesh
internal import Primitives

/// Whose bearer tokens are taken: those providers that a listener or a route asks for.
extension ConfigPage {
  static func tokens(_ policy: TokenPolicy?) -> JSONValue? {
    guard let policy else { return nil }
    return [
      "mode": .string(policy.mode.rawValue),
      "providers": JSONValue(policy.providers.map { .string($0.name) }),
    ]
  }

  static func tokenProviders(_ snapshot: MeshSnapshot) -> JSONValue? {
    let providers = snapshot.tokenProviders.map { provider in
      object(
        ("name", .string(provider.name)), ("issuer", .string(provider.issuer)),
        ("audiences", some(provider.audiences)), ("leeway", duration(provider.leeway)),
        ("forwardToken", .bool(provider.forwardsToken)),
        (
          "forwardClaims",
          some(
            provider.claimHeaders.map {
              ["claim": .string($0.claim.description), "header": .string($0.name)]
            })
        ),
        ("jwks", keys(of: provider, snapshot.keySets.first { $0.provider === provider })))
    }
    return some(providers).map { ["providers": $0] }
  }

  private static func keys(of provider: TokenProvider, _ remote: RemoteKeySet?) -> JSONValue {
    guard let remote else { return ["file": .string(provider.keyFile)] }
    return object(
      ("url", .string(remote.url.description)), ("refresh", duration(remote.refresh)),
      ("timeout", duration(remote.timeout)), ("tls", remote.tls.map(tls)))
  }
}
