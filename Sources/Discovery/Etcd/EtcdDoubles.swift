internal import Primitives
internal import Telemetry

/// Keys that name an address that an earlier key names: they do not count. Each is told once.
struct EtcdDoubles {
  /// By their name below the prefix that of the key that counts.
  private var owners: [String: String] = [:]

  var isEmpty: Bool { owners.isEmpty }

  /// - Parameter keys: all of them, in their order.
  mutating func note(_ keys: [(name: String, address: SocketAddress)], below prefix: String) {
    let before = owners
    owners = [:]
    var first: [SocketAddress: String] = [:]
    for (name, address) in keys {
      guard let owner = first[address] else {
        first[address] = name
        continue
      }
      owners[name] = owner
      if before[name] == owner { continue }
      Log.warning(
        "two keys of etcd name one address, and the second one does not count",
        [
          "address": .string(address.description), "first": .string(prefix + owner),
          "second": .string(prefix + name),
        ])
    }
  }

  /// For people; nil where there are none.
  func remark(_ prefix: String) -> String? {
    guard let name = owners.keys.min(), let owner = owners[name] else { return nil }
    let more = owners.count - 1
    return
      "the key \(prefix)\(name) does not count: \(prefix)\(owner), which goes before it, has the same address"
      + (more > 0 ? "; and so it is with \(more) more" : "")
  }
}
