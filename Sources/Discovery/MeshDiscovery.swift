public import Mesh
internal import Primitives
public import Reactor
internal import Telemetry

/// All sources, and what they have found. Sources are made when something is first asked of them: who uses none pays for
/// none. The control loop's thread.
public final class MeshDiscovery {
  public typealias Factory = (SourceKind, any MeshSink) -> (any MeshSource)?

  private let table: DiscoveredTable
  private let loop: EventLoop
  private let make: Factory
  private var sources: [SourceKind: any MeshSource] = [:]
  private var wanted: Set<ServiceReference> = []
  /// What is to be watched next.
  private var prepared: Set<ServiceReference> = []
  /// Sources that ask by the settings that are to come: what only the present ones mean is not asked of them.
  private var fresh: Set<SourceKind> = []
  /// Of those the ones whose endpoints are another reference's.
  private var delegates: [ServiceReference: ServiceReference] = [:]
  /// Told and not taken yet.
  private var changed: Set<ServiceReference> = []

  /// - Parameter make: makes a source; nil where it cannot be had.
  public init(_ table: DiscoveredTable, on loop: EventLoop, make: @escaping Factory) {
    self.table = table
    self.loop = loop
    self.make = make
  }

  /// Asks for these from now on, and for no others.
  public func watch(_ references: Set<ServiceReference>) {
    wanted = references
    prepared = []
    fresh = []
    askAll()
  }

  /// Asks for these, too, which are to be watched once they are known, instead of those that were to be before. What is
  /// found of them is in the table, and no change before they are watched.
  /// - Parameter anew: sources whose settings are those to come: they are made with them. What they alone had to find holds.
  public func prepare(_ references: Set<ServiceReference>, anew: [SourceKind] = []) {
    prepared = references
    if references.isEmpty { fresh = [] } else { fresh.formUnion(anew) }
    for kind in anew { sources.removeValue(forKey: kind)?.stop() }
    askAll()
  }

  private func isAsked(_ reference: ServiceReference) -> Bool {
    wanted.contains(reference) || prepared.contains(reference)
  }

  private func askAll() {
    delegates = delegates.filter { isAsked($0.key) }
    changed = changed.filter(isAsked)
    for kind in SourceKind.allCases { ask(kind) }
  }

  private func ask(_ kind: SourceKind) {
    let all = wanted.union(prepared).union(delegates.values)
    table.keep(all)
    var own = all.filter { $0.source == kind }
    if fresh.contains(kind) { own.subtract(wanted.subtracting(prepared).subtracting(delegates.values)) }
    if sources[kind] == nil, !own.isEmpty { sources[kind] = make(kind, self) }
    sources[kind]?.watch(own)
  }

  /// Makes the source anew, with other settings: what it had found holds until it says something else.
  public func restart(_ kind: SourceKind) {
    guard let former = sources.removeValue(forKey: kind) else { return }
    former.stop()
    askAll()
  }

  /// Whether something is known of all of these.
  public func knows(_ references: Set<ServiceReference>) -> Bool {
    references.allSatisfy { table[$0] != nil }
  }
  /// Whether something is known of everything that is asked for.
  public var isComplete: Bool { knows(wanted) }
  /// Of which nothing is known yet.
  public var unknown: [ServiceReference] { wanted.filter { table[$0] == nil } }
  /// What a source has to say beside endpoints: why there are none.
  public func remark(on reference: ServiceReference) -> String? {
    sources[reference.source]?.remark(on: reference)
  }

  /// With the age of what they have yet to confirm.
  public var states: [SourceState] {
    SourceKind.allCases.compactMap { kind in
      guard var state = sources[kind]?.state else { return nil }
      state.savedAt = table.savedAt(of: kind)
      return state
    }
  }

  /// What has changed since the last call, of what is watched.
  public func takeChanges() -> Set<ServiceReference> {
    if changed.isEmpty { return [] }
    defer { changed.subtract(wanted) }
    return changed.intersection(wanted)
  }

  public func stop() {
    for source in sources.values { source.stop() }
    sources = [:]
  }
}

extension MeshDiscovery: MeshSink {
  public func found(_ endpoints: [DiscoveredEndpoint], for reference: ServiceReference) {
    if isAsked(reference) {
      take(endpoints, for: reference)
      if let former = delegates.removeValue(forKey: reference) { ask(former.source) }
    }
    let others = delegates.filter { $0.value == reference }.keys
    // It is known then to those that come to it later, too.
    if !others.isEmpty { _ = table.tell(endpoints, for: reference, now: loop.now) }
    for other in others { take(endpoints, for: other) }
  }

  public func delegated(_ reference: ServiceReference, to other: ServiceReference) {
    guard isAsked(reference) else { return }
    let former = delegates.updateValue(other, forKey: reference)
    if former == other { return }
    ask(other.source)
    if let former, former.source != other.source { ask(former.source) }
    if let known = table[other] { take(known.endpoints, for: reference) }
  }

  private func take(_ endpoints: [DiscoveredEndpoint], for reference: ServiceReference) {
    if table.tell(endpoints, for: reference, now: loop.now) { changed.insert(reference) }
  }
}
