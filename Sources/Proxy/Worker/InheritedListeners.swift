internal import Mesh
public import Primitives
public import Reactor

/// Listening sockets of the process before, for the listeners that go on. Those that nobody takes are closed here, and
/// stay the other's. The control thread's.
public final class InheritedListeners {
  private struct Entry {
    let name: String
    let wanted: SocketAddress
    let address: SocketAddress
    var parcels: [ListenerParcel]
    var isTaken = false
  }

  private var entries: [Entry] = []

  public init() {}

  /// - Parameters:
  ///   - name, wanted: as the other's configuration has the listener. Several may have the same.
  ///   - sockets: at least one.
  /// - Throws: where one is no listening socket.
  public func add(_ name: String, _ wanted: SocketAddress, _ sockets: [SocketParcel]) throws(SystemError) {
    var parcels: [ListenerParcel] = []
    for socket in sockets {
      if let socket = socket.take() { parcels.append(ListenerParcel(try Listener(inheriting: socket))) }
    }
    guard let address = parcels.first?.address else { throw SystemError("recvmsg", code: 0) }
    entries.append(Entry(name: name, wanted: wanted, address: address, parcels: parcels))
  }

  /// Those that were taken, by the order in which they were added.
  public var taken: [Int] { entries.indices.filter { entries[$0].isTaken } }

  /// Those among a server's listeners that were taken, by their places there.
  public func places(in listeners: [OfferedListener]) -> Set<Int> {
    let taken = entries.filter(\.isTaken)
    let theirs = listeners.filter { listener in
      taken.contains { entry in
        entry.wanted == listener.wanted && (entry.wanted.port != 0 || entry.name == listener.name)
      }
    }
    return Set(theirs.map(\.place))
  }

  /// All sockets of a listener, none where it is new. Of a Unix socket one, which workers share.
  func take(_ definition: ListenerDefinition) -> [ListenerParcel] {
    var found: [ListenerParcel] = []
    for place in entries.indices where definition.goesOn(as: entries[place].name, entries[place].wanted) {
      guard !entries[place].isTaken else { continue }
      found += entries[place].parcels
      entries[place].parcels = []
      entries[place].isTaken = true
    }
    return found.first?.isShared == true ? Array(found.prefix(1)) : found
  }

  /// The other listens where one that is new would, at least in part.
  func sharesPort(with address: SocketAddress) -> Bool {
    entries.contains { $0.address.port != 0 && $0.address.sharesPort(with: address) }
  }

  /// What was not taken stays the other's alone.
  public func close() { for place in entries.indices { entries[place].parcels = [] } }
}
