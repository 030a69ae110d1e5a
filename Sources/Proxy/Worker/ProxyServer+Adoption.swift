internal import HTTP
public import Mesh
internal import Primitives
public import Reactor
internal import Synchronization
internal import Telemetry

extension ProxyServer {
  /// What the workers have, or are about to have.
  struct Present {
    var snapshot: MeshSnapshot
    var layout: MetricsLayout
    /// By their place among a worker's doors; nil where there is none any more.
    var listeners: [OpenListener?] = []
    /// Where workers may be closing a listener still.
    var closing: [(place: Int, address: SocketAddress, since: MonotonicTime)] = []
    /// Former snapshots that a worker may still have. They are let go here, since that may take long.
    var former: [MeshSnapshot] = []
  }

  /// Longer than a worker takes to close a listener.
  private static let closingTime = Interval.seconds(5)

  /// Goes on with another snapshot: workers take it between two of their turns. Nothing that is under way is disturbed;
  /// connections of clients to listeners that stay, and those to endpoints that stay, go on.
  ///
  /// The number of workers stays what it was. Control thread only.
  /// - Parameter next: of a higher version than the present one, and with the numbers of the same `StateStore`.
  /// - Throws: where a listener that is new cannot be opened; then nothing has changed.
  public func adopt(_ next: MeshSnapshot) throws(ListenFailure) {
    let now = Clock.now()
    var (listeners, closing) = present.withLock { ($0.listeners, $0.closing) }
    closing.removeAll { now - $0.since > Self.closingTime }
    // This process listens there, or did a moment ago.
    let ours = listeners.compactMap { $0?.address } + closing.map(\.address)
    var places: [[Int]] = []
    var fresh: [Int: [ListenerParcel]] = [:]
    for definition in next.listeners {
      let held = listeners.indices.filter { listeners[$0]?.serves(definition) ?? false }
      for place in held { listeners[place]?.name = definition.name }
      if !held.isEmpty {
        places.append(held)
        continue
      }
      let isShared = ours.contains { $0.sharesPort(with: definition.address) }
      for row in try Self.open(definition, workers: metrics.count, joining: isShared) {
        let place =
          listeners.indices.first { place in
            listeners[place] == nil && !closing.contains { $0.place == place }
          } ?? listeners.count
        if place == listeners.count { listeners.append(nil) }
        listeners[place] = row.listener
        fresh[place] = row.parcels
        places.append([place])
      }
    }
    let kept = Set(places.joined())
    for place in listeners.indices where !kept.contains(place) {
      if let address = listeners[place]?.address { closing.append((place, address, now)) }
      listeners[place] = nil
    }
    let layout = present.withLock { present in
      let former = present.snapshot
      present.former.append(former)
      present.snapshot = next
      present.listeners = listeners
      present.closing = closing
      present.layout = MetricsLayout(next, after: (former, present.layout))
      return present.layout
    }
    let adoption = Adoption(snapshot: next, layout: layout, places: places)
    for worker in metrics.indices {
      group.send(.adopt(adoption, fresh.mapValues { $0[worker] }), to: worker)
    }
  }

  /// Goes on with a snapshot that differs from the present one only in the endpoints of some services. Costs what these
  /// cost. Control thread only.
  /// - Parameter lists: those that are others.
  public func follow(_ next: MeshSnapshot, _ lists: [EndpointList]) {
    let layout = present.withLock { present in
      let former = present.snapshot
      present.former.append(former)
      present.snapshot = next
      present.layout = MetricsLayout(next, after: (former, present.layout))
      return present.layout
    }
    group.send(.follow(EndpointChange(snapshot: next, layout: layout, lists: lists)))
  }

  /// Whether every worker has the present snapshot. Former ones are let go then. Control thread only.
  public func settle() -> Bool {
    let isSettled = group.hasAdopted(snapshot.version)
    let former = present.withLock { present in
      defer { if isSettled { present.former = [] } }
      return isSettled ? present.former : []
    }
    _ = consume former
    return isSettled
  }

  /// Wakes `waker` whenever a worker has taken another snapshot.
  public func whenAdopted(_ waker: Waker) { group.whenAdopted(waker) }
}
