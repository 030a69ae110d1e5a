internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

/// What the other one says, and what follows from it.
extension TakeoverOffer {
  func received(_ message: TakeoverMessage) {
    switch (stage, message) {
    case (.asked, .hello(let number, let version, let seconds)):
      guard number == TakeoverMessage.version else {
        return refuse(
          "version \(Version.text) takes part in protocol \(TakeoverMessage.version), not in \(number)")
      }
      offer(version, seconds)
    case (.offered, .taken(let taken, let admin)):
      guard channel?.hasSaidAll == true, taken.allSatisfy({ $0 < places.count }) else {
        return refuse("it takes what was not offered")
      }
      successor.places = Set(taken.map { places[$0] })
      successor.takesAdmin = admin
      stage = .taken
    case (.taken, .ready):
      stage = .agreed
      setDeadline(after: Self.patience)
      say(.go)
    case (.agreed, .serving(let registration)):
      successor.registration = registration
      let heir = successor
      leaveDoor()
      forget()
      host.takenOver(by: heir)
    default: refuse("that was not to be said now")
    }
  }

  private func offer(_ version: String, _ seconds: Int) {
    successor = Successor(process: successor.process, version: version)
    let goods: TakeoverGoods
    switch host.goods {
    case .success(let found): goods = found
    case .failure(let refusal): return refuse(refusal.reason)
    }
    stage = .offered
    places = []
    Log.info("another process takes over", fields())
    setDeadline(after: .seconds(Int64(min(seconds, Self.mostSeconds))) + Self.patience)
    for listener in goods.listeners {
      var rest = listener.descriptors[...]
      while !rest.isEmpty {
        let some = Array(rest.prefix(PacketSocket.mostDescriptors))
        rest = rest.dropFirst(some.count)
        places.append(listener.place)
        say(.listener(name: listener.name, wanted: listener.wanted), some)
      }
    }
    if let admin = goods.admin { say(.admin(wanted: admin.wanted), [admin.descriptor]) }
    if let descriptor = door?.descriptor { say(.door, [descriptor]) }
    say(.end(version: Version.text))
  }
}
