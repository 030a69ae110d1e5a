internal import Mesh
internal import Primitives
internal import Telemetry

/// The endpoints under one prefix. Of what etcd holds it keeps the keys, without the prefix, and what became of their
/// values.
final class EtcdPrefix: EtcdSubject {
  private struct Entry {
    /// What follows the prefix.
    let name: String
    /// Nil: its value cannot be used, which has been said.
    var endpoint: DiscoveredEndpoint?
    var isOfUse: Bool { endpoint?.address.isUnicast ?? false }
  }

  let prefix: String
  let range: EtcdKeyRange
  /// In the order of the names' bytes.
  private var entries: [Entry] = []
  /// Of the list that is under way.
  private var coming: [Entry] = []
  /// What a store that is gone held. It goes on until the one in its place names an endpoint: a store that begins anew
  /// is filled by and by, and its emptiness says nothing about the service.
  private var held: [DiscoveredEndpoint] = []
  private var isTold = false
  private var doubles = EtcdDoubles()
  private let tell: ([DiscoveredEndpoint]) -> Void

  init(_ prefix: String, _ tell: @escaping ([DiscoveredEndpoint]) -> Void) {
    self.prefix = prefix
    range = EtcdKeyRange(prefix: prefix)
    self.tell = tell
  }

  // MARK: Lists

  func listBegan() { coming = [] }

  func listed(_ pairs: [EtcdKeyValue]) {
    coming.reserveCapacity(coming.count + pairs.count)
    for pair in pairs {
      guard let name = name(pair.key) else { continue }
      coming.append(Entry(name: name, endpoint: read(pair, isKnown: isKnownAsFaulty(name))))
    }
  }

  /// Passed over, as all values are that no endpoint has.
  func listedWithoutValue(_ pair: EtcdKeyValue) -> Bool {
    guard let name = name(pair.key) else { return true }
    if !isKnownAsFaulty(name) { warn(pair, EtcdEndpointValue.Fault.tooLarge.reason) }
    coming.append(Entry(name: name, endpoint: nil))
    return true
  }

  private func isKnownAsFaulty(_ name: String) -> Bool {
    place(of: name, in: entries).found.map { !entries[$0].isOfUse } ?? false
  }

  func listEnded(isAnotherStore: Bool) {
    let before = endpoints
    entries = coming
    coming = []
    if isAnotherStore, !before.isEmpty, !isNaming {
      held = before
      Log.warning(
        "etcd has begun anew and names no endpoint of a service: those known go on",
        ["prefix": .string(prefix), "endpoints": LogValue(before.count)])
    }
    tellIfOther(than: before)
  }

  // MARK: Changes

  func changed(_ events: [EtcdWatchResponse.Event]) {
    let before = endpoints
    for event in events {
      switch event {
      case .put(let pair):
        guard let name = name(pair.key) else { continue }
        let entry = Entry(name: name, endpoint: read(pair, isKnown: false))
        let place = place(of: name, in: entries)
        if let found = place.found { entries[found] = entry } else { entries.insert(entry, at: place.next) }
      case .delete(let pair):
        if let name = name(pair.key), let found = place(of: name, in: entries).found {
          entries.remove(at: found)
        }
      }
    }
    tellIfOther(than: before)
  }

  // MARK: What they come to

  private var endpoints: [DiscoveredEndpoint] {
    isNaming || held.isEmpty ? named : held
  }

  private var isNaming: Bool { entries.contains(where: \.isOfUse) }

  /// Each address once, as the first key has it: in the order of the keys' bytes, whichever came first.
  private var named: [DiscoveredEndpoint] {
    var met: Set<SocketAddress> = []
    return entries.compactMap(\.endpoint).filter { met.insert($0.address).inserted }
  }

  private func tellIfOther(than before: [DiscoveredEndpoint]) {
    if isNaming { held = [] }
    let now = endpoints
    noteDoubles(now.count)
    guard !isTold || now != before else { return }
    isTold = true
    tell(now)
  }

  /// What there is to say of the keys, for people.
  var remark: String? { doubles.remark(prefix) }

  /// - Parameter count: of the endpoints that all keys come to.
  private func noteDoubles(_ count: Int) {
    if doubles.isEmpty, count == entries.count { return }
    doubles.note(
      entries.compactMap { entry in entry.endpoint.map { (entry.name, $0.address) } }, below: prefix)
  }

  private func name(_ key: [UInt8]) -> String? {
    let length = prefix.utf8.count
    guard key.count >= length, key.prefix(length).elementsEqual(prefix.utf8) else { return nil }
    return String(validating: key[length...], as: UTF8.self)
  }

  /// Where it is, and where it would have to be.
  private func place(of name: String, in entries: [Entry]) -> (found: Int?, next: Int) {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].name.utf8.lexicographicallyPrecedes(name.utf8) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    let isThere = low < entries.count && entries[low].name.utf8.elementsEqual(name.utf8)
    return (isThere ? low : nil, low)
  }

  /// - Parameter isKnown: that it is of no use.
  private func read(_ pair: EtcdKeyValue, isKnown: Bool) -> DiscoveredEndpoint? {
    do throws(EtcdEndpointValue.Fault) {
      let endpoint = try EtcdEndpointValue.read(pair.value)
      if !endpoint.address.isUnicast, !isKnown { warn(pair, "has an address that no host has") }
      return endpoint
    } catch {
      if !isKnown { warn(pair, error.reason) }
      return nil
    }
  }

  private func warn(_ pair: EtcdKeyValue, _ reason: String) {
    Log.warning(
      "a key of etcd holds no endpoint, and is passed over",
      [
        "key": .string(String(decoding: pair.key, as: UTF8.self)),
        "reason": .string("the value \(reason)"),
      ])
  }
}
