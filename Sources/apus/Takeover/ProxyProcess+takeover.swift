internal import Admin
internal import HTTP
internal import LocalServer
internal import Mesh
internal import Policy
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

/// Taking over from another process.
extension ProxyProcess {
  /// Asks for the sockets of a process that runs. Nil where this one begins without.
  static func findPredecessor(
    _ options: TakeoverOptions, _ settings: MeshSettings
  ) throws(StartError) -> Predecessor? {
    guard options.isWanted, let path = options.path else { return nil }
    let seconds = Int(settings.timeouts.discovery.milliseconds / 1_000) + 1
    guard let predecessor = try Predecessor.find(at: path, seconds: seconds) else {
      Log.info(
        "nobody is there to be taken over: this process opens its own sockets", ["socket": .string(path)])
      return nil
    }
    Log.info(
      "taking over",
      ["pid": LogValue(Int(predecessor.process)), "version": .string(predecessor.version)])
    return predecessor
  }

  /// This process serves: its predecessor may end.
  func succeed(_ predecessor: Predecessor, isAlive: Bool) throws(StartError) {
    do throws(SystemError) {
      if isAdminInherited { try admin?.begin() }
    } catch {
      throw StartError("admin: cannot go on with the socket: \(error)")
    }
    let own = registration(server.snapshot.settings)
    if isAlive, let reason = predecessor.resign(registration: own) { return giveWay(to: predecessor, reason) }
    updates.ownsFile = true
    if let door = try predecessor.takeDoor() { openOffer(door) }
    let pid: KeyValuePairs<StaticString, LogValue> = ["pid": LogValue(Int(predecessor.process))]
    if isAlive {
      Log.info("taken over", pid)
    } else {
      Log.warning("the process that was to be taken over has ended by itself", pid)
    }
  }

  /// It serves still, on the same sockets. Whoever is here is answered, and nobody is refused.
  private func giveWay(to predecessor: Predecessor, _ reason: String) {
    Log.error(
      "the process that was to be taken over goes on, and this one ends",
      ["pid": LogValue(Int(predecessor.process)), "reason": .string(reason)])
    statusOfDrain = 1
    var other = Successor(process: predecessor.process, version: predecessor.version)
    other.places = predecessor.listeners.places(in: server.offer)
    other.takesAdmin = isAdminInherited
    other.registration = registration(server.snapshot.settings)
    beginDrain(as: .draining, leavingTo: other)
  }

  /// Where the next process can ask, where this one has not got that from the one before.
  func openOffer(_ options: TakeoverOptions) throws(StartError) {
    guard let path = options.path else { return }
    do throws(SystemError) {
      openOffer(try Listener.openPackets(at: path))
    } catch {
      let reason = TakeoverPath.occupant(of: path) ?? "\(error)"
      if options.isTold { throw StartError("cannot offer the listening sockets at \(path): \(reason)") }
      Log.info(
        "the listening sockets are not offered for a takeover",
        ["socket": .string(path), "reason": .string(reason)])
    }
  }

  private func openOffer(_ door: consuming Listener) {
    do throws(SystemError) {
      let offer = try TakeoverOffer(door, on: loop, kind: Kind.takeover, host: self)
      dispatcher.add(offer, kinds: Kind.takeover...Kind.takeover)
      takeover = offer
    } catch {
      Log.warning("the listening sockets cannot be offered for a takeover", ["reason": .string("\(error)")])
    }
  }

  /// What this process announces of itself, and where.
  private func registration(_ settings: MeshSettings) -> [String] {
    guard let etcd = settings.etcd, let own = etcd.registration else { return [] }
    return [own.key, own.address.description] + etcd.members.map(\.url.description).sorted()
  }
}

/// Being taken over.
extension ProxyProcess: TakeoverHost {
  var goods: Result<TakeoverGoods, TakeoverRefusal> {
    guard phase == .serving else { return .failure(TakeoverRefusal(reason: "it is \(phase.rawValue)")) }
    var goods = TakeoverGoods(listeners: server.offer)
    if let adminWanted, let admin { goods.admin = (adminWanted, admin.descriptor) }
    return .success(goods)
  }

  func takenOver(by successor: Successor) {
    Log.info(
      "taken over by another process",
      ["pid": LogValue(Int(successor.process)), "version": .string(successor.version)])
    updates.ownsFile = false
    keeper.letGo()
    beginDrain(as: .handedOver, leavingTo: successor)
  }

  func takeoverFailed() {
    if hasMissedReload { _ = reloadConfiguration() }
  }

  /// What the other one has of this process's is not refused or taken back.
  func leave(to successor: Successor, then: @escaping () -> Void) {
    if successor.takesAdmin { admin?.leave() }
    let own = registration(server.snapshot.settings)
    if !own.isEmpty, successor.registration == own {
      registrar.leave()
      then()
    } else {
      registrar.withdraw(then: then)
    }
  }
}
