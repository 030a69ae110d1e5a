internal import Mesh
internal import Primitives

/// Where endpoints were found, and how fresh that is.
extension ServicesPage {
  static func discovery(_ discovery: Discovery, _ remark: String?, now: MonotonicTime) -> JSONValue {
    [
      "source": .string(discovery.reference.source.rawValue),
      "reference": .string(discovery.reference.description),
      "state": .string(state(discovery)),
      "remark": JSONValue(remark),
      "secondsSinceChange": discovery.changed.map { seconds(since: $0, now) } ?? nil,
      "unconfirmedSeconds": discovery.savedAt.map { seconds(since: $0, now) } ?? nil,
    ]
  }

  private static func state(_ discovery: Discovery) -> String {
    if !discovery.isKnown { return "not answered yet" }
    return discovery.savedAt != nil ? "from before, not confirmed yet" : "known"
  }

  /// But for what sounds like a secret.
  static func metadata(_ entries: [MetadataEntry]) -> JSONValue {
    .object(
      entries.map { .init(name: $0.name, value: ConfigPage.mayBeSecret($0.name) ? "***" : .string($0.value)) }
    )
  }

  static func sourceState(_ state: SourceState, now: MonotonicTime) -> JSONValue {
    [
      "name": .string(state.kind.rawValue),
      "up": .bool(state.fault == nil),
      "problem": JSONValue(state.fault),
      "seconds": seconds(since: state.since, now),
      "secondsSinceConfirmed": state.confirmed.map { seconds(since: $0, now) } ?? nil,
      "unconfirmedSeconds": state.savedAt.map { seconds(since: $0, now) } ?? nil,
      "references": JSONValue(state.references),
      "unanswered": JSONValue(state.references - state.answered),
      "changes": JSONValue(state.changes),
      "failures": JSONValue(state.failures),
    ]
  }

  /// To the millisecond: more would say less.
  static func seconds(since time: MonotonicTime, _ now: MonotonicTime) -> JSONValue {
    .double((max(0, (now - time).seconds) * 1e3).rounded() / 1e3)
  }
}
