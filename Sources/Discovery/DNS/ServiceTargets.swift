internal import DNS
internal import Mesh
internal import Primitives

/// Endpoints of SRV records whose targets' addresses are known (RFC 2782). Pure.
///
/// The records with the lowest priority of which any has an address of a host are used; all others are in reserve. Weights
/// say how requests are shared out between targets, and so between the addresses of each. Where none has a weight all are
/// alike; where some have, those with 0 get next to nothing.
enum ServiceTargets {
  static func endpoints(
    _ records: [SRVRecord], _ addresses: (String) -> [SocketAddress]
  ) -> [DiscoveredEndpoint] {
    var found: [SocketAddress: DiscoveredEndpoint] = [:]
    var isFirst = true
    for priority in Set(records.map(\.priority)).sorted() {
      let group = records.filter { $0.priority == priority }.map { ($0, addresses($0.target)) }
      guard group.contains(where: { !$0.1.isEmpty }) else { continue }
      let isOfUse = group.contains { $0.1.contains(where: \.isUnicast) }
      let scale = scale(of: group)
      var weights: [SocketAddress: Int] = [:]
      for (record, addresses) in group {
        let weight = group.allSatisfy { $0.0.weight == 0 } ? 1 : Int(record.weight)
        let share = max(1, weight * scale / max(1, addresses.count(where: \.isUnicast)))
        for address in addresses {
          weights[address.with(port: record.port), default: 0] += share
        }
      }
      // An address that is there twice counts where it is used first.
      for (address, weight) in weights where found[address] == nil {
        found[address] = DiscoveredEndpoint(
          address: address, weight: min(weight, 1_000_000), unused: isFirst ? nil : .inReserve)
      }
      if isOfUse { isFirst = false }
    }
    return found.values.sorted { $0.address.precedes($1.address) }
  }

  /// Finer than weights are: only where one has to be divided, or next to nothing to be said. 65,535 of them still are
  /// weights of an endpoint.
  private static func scale(of group: [(SRVRecord, [SocketAddress])]) -> Int {
    let isMixed = Set(group.map { $0.0.weight == 0 }).count > 1
    return isMixed || group.contains { $0.1.count > 1 } ? 15 : 1
  }
}

extension SocketAddress {
  /// An order in which a set of addresses is the same list each time.
  func precedes(_ other: SocketAddress) -> Bool { key < other.key }

  private var key: (UInt64, UInt64, UInt16, String) {
    switch self {
    case .v4(let address, let port): (0, UInt64(address), port, "")
    // No IPv6 address that is used begins with 64 zeros, but ::1, which may as well stand here.
    case .v6(let high, let low, let port): (high, low, port, "")
    case .unix(let path): (.max, .max, 0, path)
    }
  }
}
