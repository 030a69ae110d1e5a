internal import Mesh
internal import Primitives

/// What a configuration that was loaded anew waits for, as a start does: first answers of sources that it asks and the one in
/// effect does not. Each is waited for once, for as long as that configuration says. Envoy's warming of clusters.
struct ReloadWait {
  /// In what order they are told does not matter.
  private(set) var pending: Set<ServiceReference> = []
  /// When the last of them is not waited for any longer.
  private(set) var deadline: MonotonicTime?
  private var since: [ServiceReference: MonotonicTime] = [:]

  var isOn: Bool { !pending.isEmpty }

  /// Whether a configuration has to wait; it takes the place of the one that waits.
  /// - Parameter unknown: what it asks for anew and nobody has answered yet.
  mutating func begins(
    for unknown: Set<ServiceReference>, limit: Interval, now: MonotonicTime
  ) -> Bool {
    since = Dictionary(uniqueKeysWithValues: unknown.map { ($0, since[$0] ?? now) })
    let waited = since.filter { now < $0.value + limit }
    pending = Set(waited.keys)
    deadline = waited.values.max().map { $0 + limit }
    return isOn
  }

  mutating func end() { self = ReloadWait() }
}
