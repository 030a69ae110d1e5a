/// Hostnames → the most specific of those that a request's authority matches.
///
/// Exact names before wildcards, longer wildcards before shorter ones, routes for any host last. Every entry knows
/// the next less specific one, so that a request is looked up once and then falls back along that chain.
struct HostTable: Sendable {
  private static let exact: UInt32 = 0
  private static let wildcard: UInt32 = 1

  private var table: ByteTable
  private var longestExact = 0
  private var longestWildcard = 0
  /// Per entry: the next less specific one, -1 at the end. Entry 0 is "any host".
  private(set) var parents: [Int32] = [-1]
  private var names: [[UInt8]] = [[]]

  static let any = 0

  init(capacity: Int, seed: UInt64) { table = ByteTable(capacity: capacity, seed: seed) }

  /// The entry of a hostname, made where it is new. Trailing dot and capitals count for nothing.
  mutating func insert(_ hostname: String) -> Int {
    var name = hostname.utf8.map(\.lowercased)
    if name.last == 46 { name.removeLast() }
    let isWildcard = name.starts(with: [42, 46])
    // A wildcard is kept as its suffix with the dot; hashes run from the end, so that all suffixes come for free.
    if isWildcard { name.removeFirst() }
    let entry = table.insert(
      name, scope: isWildcard ? Self.wildcard : Self.exact, isReversed: true, value: parents.count)
    if entry == parents.count {
      parents.append(-1)
      names.append(isWildcard ? [42] + name : name)
    }
    if isWildcard {
      longestWildcard = max(longestWildcard, name.count)
    } else {
      longestExact = max(longestExact, name.count)
    }
    return entry
  }

  /// Links every entry to the next less specific one. Once, when all are in.
  mutating func link() {
    for entry in parents.indices.dropFirst() {
      var name = names[entry]
      // A wildcard's own suffix is no step up: `*.a.b` falls back to `*.b`.
      if name.first == 42 { name.removeFirst(2) }
      parents[entry] = Int32(findWildcard(name.span, name.count))
    }
    names = []
  }

  /// The most specific entry for an authority, its port ignored.
  @inline(__always)
  func find(_ authority: Span<UInt8>) -> Int {
    if longestExact == 0 && longestWildcard == 0 { return Self.any }
    let count = Self.hostLength(authority)
    guard count > 0 else { return Self.any }
    if count <= longestExact {
      var hash = table.hash()
      var index = count
      while index > 0 {
        index &-= 1
        hash.add(authority[index].lowercased)
      }
      let entry = table.findLowercased(hash, scope: Self.exact, authority, 0..<count)
      if entry >= 0 { return entry }
    }
    return longestWildcard == 0 ? Self.any : findWildcard(authority, count)
  }

  /// The longest wildcard for the first `count` bytes, `any` where there is none.
  private func findWildcard(_ host: Span<UInt8>, _ count: Int) -> Int {
    var found = Self.any
    var hash = table.hash()
    let shortest = max(1, count - longestWildcard)
    var index = count
    // Not to 0: at least one byte must stand where the star is.
    while index > shortest {
      index &-= 1
      hash.add(host[index].lowercased)
      if host[index] == 46 {
        let entry = table.findLowercased(hash, scope: Self.wildcard, host, index..<count)
        if entry >= 0 { found = entry }
      }
    }
    return found
  }

  /// The length of `host[:port]` without port and trailing dot. Brackets of an IPv6 address belong to it.
  private static func hostLength(_ authority: Span<UInt8>) -> Int {
    var end = 0
    if authority.count > 0, authority[0] == 91 {
      while end < authority.count, authority[end] != 93 { end &+= 1 }
      return min(end &+ 1, authority.count)
    }
    while end < authority.count, authority[end] != 58 { end &+= 1 }
    return end > 1 && authority[end &- 1] == 46 ? end &- 1 : end
  }
}
