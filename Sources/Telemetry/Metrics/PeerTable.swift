internal import Synchronization

/// Which counters belong to which client that has shown a certificate. Names come as clients do, so there is room for a
/// bounded number of them; whoever comes later is counted with the others.
///
/// Asked once a connection, when its handshake is over: that is why a lock does no harm here. Any thread.
public final class PeerTable: Sendable {
  /// Clients with counters of their own, and the one place for all others.
  public static var capacity: Int { 256 }
  public static var others: Int { capacity - 1 }

  private let slots = Mutex<[String: Int]>([:])

  public init() {}

  /// The place of a client's counters, by `PeerIdentity.name`.
  public func slot(of name: String) -> Int {
    slots.withLock { slots in
      if let known = slots[name] { return known }
      guard slots.count < Self.others else { return Self.others }
      slots[name] = slots.count
      return slots.count - 1
    }
  }

  /// Names by slot, so far.
  var names: [String] {
    slots.withLock { slots in slots.sorted { $0.value < $1.value }.map(\.key) }
  }
}
