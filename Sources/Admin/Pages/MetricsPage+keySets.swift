internal import Identity
internal import Mesh
internal import Primitives
internal import Telemetry

/// Keys that bearer tokens are verified with, and how fresh those are that are fetched.
extension MetricsPage {
  static func keySets(_ source: any AdminSource) -> [MetricFamily] {
    let providers = source.snapshot.tokenProviders
    if providers.isEmpty { return [] }
    let now = source.status.now
    func sample(_ value: Double, _ provider: String, result: String? = nil) -> MetricFamily.Sample {
      var labels: [(name: StaticString, value: String)] = [("provider", provider)]
      if let result { labels.append(("result", result)) }
      return .init(value, labels)
    }
    let keys = providers.map { sample(Double($0.keyCount), $0.name) }
    let ages = source.keySets.compactMap { state in
      state.fetchedAt.map { sample((now - $0).seconds, state.provider) }
    }
    let fetches = source.keySets.flatMap { state in
      [
        sample(Double(state.successes), state.provider, result: "used"),
        sample(Double(state.failures), state.provider, result: "failed"),
      ]
    }
    return [
      MetricFamily(
        "apus_key_set_keys", .gauge, help: "Keys of an issuer of bearer tokens; 0: none yet.", keys),
      MetricFamily(
        "apus_key_set_age_seconds", .gauge,
        help: "Since a key set was fetched last; absent before the first time.",
        ages),
      MetricFamily(
        "apus_key_set_fetches_total", .counter, help: "Key sets fetched, by whether they could be used.",
        fetches),
    ]
  }
}
