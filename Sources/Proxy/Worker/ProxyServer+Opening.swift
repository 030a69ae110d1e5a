internal import Mesh
internal import Primitives
internal import Reactor

extension ProxyServer {
  struct OpenListener {
    var name: String
    /// As it was asked for, and where it really is: port 0 was replaced by the kernel's choice.
    let wanted: SocketAddress
    let address: SocketAddress
    /// Each worker's. Theirs to close, when they are told that the listener is gone.
    let descriptors: [Int32]

    func serves(_ definition: ListenerDefinition) -> Bool { definition.goesOn(as: name, wanted) }
  }

  /// A listener with a socket for each worker, or for fewer: see `open`.
  struct Row {
    let listener: OpenListener
    let parcels: [ListenerParcel]

    init(_ definition: ListenerDefinition, address: SocketAddress, _ parcels: [ListenerParcel]) {
      listener = OpenListener(
        name: definition.name, wanted: definition.address, address: address,
        descriptors: parcels.map(\.descriptor))
      self.parcels = parcels
    }
  }

  /// Opens a listener once for each worker. More than one row are only where it goes on with the sockets of a process
  /// that had more workers: none of them may be closed while connections may stand in its queue.
  ///
  /// - Parameters:
  ///   - joining: the process listens there still.
  ///   - inherited: sockets that are taken in place of new ones, and beside which new ones do not listen yet.
  static func open(
    _ definition: ListenerDefinition, workers: Int, joining: Bool = false,
    inheriting inherited: InheritedListeners? = nil
  ) throws(ListenFailure) -> [Row] {
    do throws(SystemError) {
      guard let inherited else { return [try openAll(definition, workers, joining: joining)] }
      var sockets = inherited.take(definition)[...]
      guard let address = sockets.first?.address else {
        let isShared = inherited.sharesPort(with: definition.address)
        return [try openAll(definition, workers, joining: isShared, isEarly: true)]
      }
      var rows: [Row] = []
      while !sockets.isEmpty {
        var row = Array(sockets.prefix(workers))
        sockets = sockets.dropFirst(workers)
        while rows.isEmpty, row.count < workers { row.append(try further(like: row[0], isEarly: true)) }
        rows.append(Row(definition, address: address, row))
      }
      return rows
    } catch {
      throw ListenFailure(listener: definition.name, address: definition.address, cause: error)
    }
  }

  private static func openAll(
    _ definition: ListenerDefinition, _ workers: Int, joining: Bool, isEarly: Bool = false
  ) throws(SystemError) -> Row {
    let first = ListenerParcel(try Listener.open(definition.address, joining: joining, isEarly: isEarly))
    var parcels = [first]
    while parcels.count < workers { parcels.append(try further(like: first, isEarly: isEarly)) }
    return Row(definition, address: first.address, parcels)
  }

  /// Another worker's.
  private static func further(
    like first: ListenerParcel, isEarly: Bool
  ) throws(SystemError) -> ListenerParcel {
    if let copy = try first.duplicate() { return ListenerParcel(copy) }
    return ListenerParcel(try Listener.open(first.address, joining: true, isEarly: isEarly))
  }
}

extension ListenerDefinition {
  /// Whether this is the listener that was open under that name and address: one on port 0 is known by its name.
  func goesOn(as name: String, _ wanted: SocketAddress) -> Bool {
    wanted == address && (wanted.port != 0 || isUnix || self.name == name)
  }

  private var isUnix: Bool { if case .unix = address { true } else { false } }
}

extension SocketAddress {
  /// Whether both cannot be bound unless both know of it: one may stand for all addresses of the host.
  func sharesPort(with other: SocketAddress) -> Bool {
    if case .unix = self { return self == other }
    if case .unix = other { return false }
    return port == other.port
  }
}
