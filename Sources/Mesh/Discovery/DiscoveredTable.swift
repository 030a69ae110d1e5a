public import Primitives

/// What sources have found: of each reference its endpoints, as they were last told. What a source cannot say any more
/// stays. Control thread only.
public final class DiscoveredTable {
  public struct Known: Sendable {
    public var endpoints: [DiscoveredEndpoint]
    /// When it was last told that it is something else than before.
    public var changed: MonotonicTime
    /// It is from before, of an earlier process or source, and was last sure then. Nil once a source has confirmed it.
    public var savedAt: MonotonicTime?

    public var isLeftOver: Bool { savedAt != nil }
  }

  public private(set) var known: [ServiceReference: Known] = [:]

  public init() {}

  public subscript(_ reference: ServiceReference) -> Known? { known[reference] }

  /// Takes what a source has found. Returns whether it changes anything.
  public func tell(_ endpoints: [DiscoveredEndpoint], for reference: ServiceReference, now: MonotonicTime)
    -> Bool
  {
    let before = known[reference]
    if let before, before.endpoints == endpoints {
      known[reference]?.savedAt = nil
      // Whoever shows it is told that it is confirmed.
      return before.isLeftOver
    }
    known[reference] = Known(endpoints: endpoints, changed: now, savedAt: nil)
    return true
  }

  /// Takes what an earlier process knew, where nobody has said anything newer.
  /// - Parameter savedAt: when that was last sure.
  public func recall(
    _ endpoints: [DiscoveredEndpoint], for reference: ServiceReference, changed: MonotonicTime,
    savedAt: MonotonicTime
  ) {
    guard known[reference] == nil else { return }
    known[reference] = Known(endpoints: endpoints, changed: changed, savedAt: savedAt)
  }

  /// As of when the oldest holds of what a source has not confirmed yet; nil: it has confirmed everything.
  public func savedAt(of kind: SourceKind) -> MonotonicTime? {
    known.lazy.filter { $0.key.source == kind }.compactMap(\.value.savedAt).min()
  }

  /// Forgets what nobody asks for any more.
  public func keep(_ references: Set<ServiceReference>) {
    if known.keys.allSatisfy(references.contains) { return }
    known = known.filter { references.contains($0.key) }
  }

  /// Where the requests of a service go that a source knows.
  public func list(_ service: Service, _ reference: ServiceReference, _ states: StateStore) -> EndpointList {
    guard let found = known[reference] else {
      return EndpointList(service, [], discovery: Discovery(reference))
    }
    let used = found.endpoints.filter { $0.unused == nil }
    // Whatever the list has it had when it last changed, if not longer.
    let (source, since) = (reference.source, found.changed)
    return EndpointList(
      service,
      used.map {
        states.endpoint(
          of: service.name, $0.address, weight: $0.weight, zone: $0.zone, source: source, since: since)
      },
      discovery: Discovery(
        reference, isKnown: true, savedAt: found.savedAt, changed: found.changed,
        unused: found.endpoints.filter { $0.unused != nil }.map {
          UnusedEndpoint($0, states.state(of: service.name, $0.address, source: source, since: since))
        },
        metadata: Dictionary(used.lazy.filter { !$0.metadata.isEmpty }.map { ($0.address, $0.metadata) }) {
          first, _ in first
        }))
  }
}
