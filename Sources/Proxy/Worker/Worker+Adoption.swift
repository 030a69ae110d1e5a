internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Between two turns a worker goes on with another snapshot. What is under way keeps what it began with; connections
/// to endpoints that stay, and those of clients to listeners that stay, are not disturbed.
extension Worker {
  func adopt(_ adoption: Adoption, _ listeners: [Int: ListenerParcel]) {
    let snapshot = adoption.snapshot
    for exchange in exchanges.all { exchange.keepWhatItUses() }
    retiredSnapshots.append(self.snapshot)
    self.snapshot = snapshot
    apply(snapshot.settings)
    metrics.adopt(adoption.layout)
    layout = adoption.layout
    adoptServices(snapshot.endpointLists)
    adoptListeners(snapshot.listeners, adoption.places, listeners)
    group.adopted(snapshot.version, by: index)
  }

  /// The same where only endpoints have come or gone: it costs what these services cost, and not what the mesh does.
  func follow(_ change: EndpointChange) {
    for exchange in exchanges.all { exchange.keepWhatItUses() }
    retiredSnapshots.append(snapshot)
    snapshot = change.snapshot
    metrics.adopt(change.layout)
    layout = change.layout
    for list in change.lists { replaceEndpoints(list) }
    group.adopted(snapshot.version, by: index)
  }

  private func replaceEndpoints(_ list: EndpointList) {
    let number = list.service.index
    guard number < services.count, let pools = services[number], pools.service === list.service else {
      return
    }
    let retired = pools.adopt(list, of: self)
    for pool in retired { pool.retire() }
    retiredPools += retired
    if pools.queue.isEmpty { return }
    for exchange in exchanges.all where exchange.attemptPhase == .queued { exchange.leaveRetiredPool() }
    serveWaiting(ofService: number)
  }

  // MARK: Services

  func adoptServices(_ lists: [EndpointList]) {
    var retired: [UpstreamPool] = []
    let before = services
    services = []
    for list in lists {
      let number = list.service.index
      while services.count <= number { services.append(nil) }
      let known = number < before.count ? before[number] : nil
      if let known, known.service === list.service {
        retired += known.adopt(list, of: self)
        services[number] = known
      } else {
        retired += known?.pools ?? []
        services[number] = ServicePools(list, of: self, queue: known?.queue ?? ServiceQueue())
      }
    }
    for (number, old) in before.enumerated() {
      if let old, number >= services.count || services[number] == nil { retired += old.pools }
    }
    lentServices = services.map { $0.map { Lent($0) } ?? Lent() }
    retiredServices += before.compactMap { $0 }
    for pool in retired { pool.retire() }
    retiredPools += retired
    for exchange in exchanges.all where exchange.attemptPhase == .queued { exchange.leaveRetiredPool() }
    // There may be more places under a limit now.
    for (number, pools) in services.enumerated() where pools?.queue.isEmpty == false {
      serveWaiting(ofService: number)
    }
  }

  // MARK: Listeners

  private func adoptListeners(
    _ definitions: [ListenerDefinition], _ places: [[Int]], _ parcels: [Int: ListenerParcel]
  ) {
    let kept = Set(places.joined())
    for (place, door) in doors.enumerated() where !kept.contains(place) {
      if let door { close(door, place) }
    }
    for (definition, places) in zip(definitions, places) {
      for place in places {
        if let listener = parcels[place]?.take() {
          openLate(listener, for: definition, at: place)
        } else if place < doors.count, let door = doors[place] {
          adopt(definition, at: door, place)
        }
      }
    }
  }

  private func adopt(_ definition: ListenerDefinition, at door: Door, _ place: Int) {
    let isSecuredAsBefore =
      door.tls?.source == definition.tls?.source && door.tls?.isPermissive == definition.tls?.isPermissive
    if isSecuredAsBefore { return door.adopt(definition) }
    // What was agreed upon with its clients does not hold any more: they go on by connecting again.
    if let fresh = Door(definition: definition, takingOver: door) { doors[place] = fresh }
    door.adopt(definition)
    drainConnections(of: door)
  }

  /// It is bound already: only a loop without memory could refuse it.
  private func openLate(_ listener: consuming Listener, for definition: ListenerDefinition, at place: Int) {
    do throws(SystemError) {
      try open(listener, for: definition, at: place)
    } catch {
      Log.error(
        "a worker cannot serve a new listener",
        ["listener": .string(definition.name), "error": .string(error.description)])
    }
  }

  private func close(_ door: Door, _ place: Int) {
    guard !door.isClosing else { return }
    door.refuseNewConnections()
    acceptAll(place)
    drainConnections(of: door)
    _ = loop.schedule(
      at: loop.now + Self.lastHandshakes,
      Token(kind: TokenKind.closing, slot: place + 1, generation: 1).raw)
  }

  private func drainConnections(of door: Door) {
    door.isClosing = true
    depart { $0 === door }
  }

  /// Handshakes that were under way when a listener went away have ended.
  func closeDoor(_ place: Int) {
    guard place < doors.count, let door = doors[place], door.isClosing else { return }
    acceptAll(place)
    door.close()
    // What it was for is needed no longer than its connections are.
    doors[place] = nil
  }
}
