internal import HTTP
internal import Identity
internal import Mesh
internal import Primitives

/// Whose bearer tokens are believed, and where their keys come from.
enum KeySetsPage {
  static func value(_ source: any AdminSource) -> JSONValue {
    let snapshot = source.snapshot
    let now = source.status.now
    return [
      "providers": JSONValue(
        snapshot.tokenProviders.map { provider in
          let remote = snapshot.keySets.first { $0.provider === provider }
          let state = source.keySets.first { $0.provider == provider.name }
          return value(provider, remote, state, now)
        }),
      "problems": JSONValue(problems(source).map { .string($0) }),
    ]
  }

  /// What keeps keys from being fresh.
  static func problems(_ source: any AdminSource) -> [String] {
    source.keySets.compactMap { state in
      if let fault = state.fault {
        return state.fetchedAt == nil
          ? "the keys of provider \(state.provider) cannot be fetched, and its tokens are refused: \(fault)"
          : "the keys of provider \(state.provider) cannot be fetched, the former go on: \(fault)"
      }
      return state.fetchedAt == nil ? "the keys of provider \(state.provider) have not come yet" : nil
    }
  }

  private static func value(
    _ provider: TokenProvider, _ remote: RemoteKeySet?, _ state: KeySetState?, _ now: MonotonicTime
  ) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "name", value: .string(provider.name)),
      .init(name: "issuer", value: .string(provider.issuer)),
      .init(name: "keys", value: JSONValue(provider.keyCount)),
    ]
    guard let remote, let state else {
      members.append(.init(name: "file", value: .string(provider.keyFile)))
      return .object(members)
    }
    members += [
      .init(name: "url", value: .string(remote.url.description)),
      .init(name: "refresh", value: ConfigPage.duration(remote.refresh)),
      .init(name: "ageSeconds", value: state.fetchedAt.map { .integer(Int64((now - $0).seconds)) } ?? .null),
      .init(name: "fetches", value: JSONValue(state.successes)),
      .init(name: "failures", value: JSONValue(state.failures)),
      .init(name: "problem", value: JSONValue(state.fault)),
    ]
    return .object(members)
  }
}
