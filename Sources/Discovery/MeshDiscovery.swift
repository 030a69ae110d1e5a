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
    table.keep(references)
    changed.formIntersection(references)
    for kind in SourceKind.allCases {
      let own = references.filter { $0.source == kind }
      if sources[kind] == nil, !own.isEmpty { sources[kind] = make(kind, self) }
      sources[kind]?.watch(own)
    }
  }

  /// Makes the source anew, with other settings: what it had found holds until it says something else.
  public func restart(_ kind: SourceKind) {
    guard let former = sources.removeValue(forKey: kind) else { return }
    former.stop()
    watch(wanted)
  }

  /// Whether something is known of everything that is asked for.
  public var isComplete: Bool { wanted.allSatisfy { table[$0] != nil } }
  /// Of which nothing is known yet.
  public var unknown: [ServiceReference] { wanted.filter { table[$0] == nil } }
  /// What a source has to say beside endpoints: why there are none.
  public func remark(on reference: ServiceReference) -> String? {
    sources[reference.source]?.remark(on: reference)
  }

  public var states: [SourceState] { SourceKind.allCases.compactMap { sources[$0]?.state } }

  /// What has changed since the last call.
  public func takeChanges() -> Set<ServiceReference> {
    defer { changed = [] }
    return changed
  }

  public func stop() {
    for source in sources.values { source.stop() }
    sources = [:]
  }
}

extension MeshDiscovery: MeshSink {
  public func found(_ endpoints: [DiscoveredEndpoint], for reference: ServiceReference) {
    guard wanted.contains(reference) else { return }
    if table.tell(endpoints, for: reference, now: loop.now) { changed.insert(reference) }
  }
}
