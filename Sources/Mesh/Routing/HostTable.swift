/// Hostnames → the most specific of those that a request's authority matches.
///
/// Exact names before wildcards, longer wildcards before shorter ones, routes for any host last. Every record knows
/// the next less specific one, so that a request is looked up once and then falls back along that chain.
struct HostTable: Sendable {
  private static let exact: UInt32 = 0
  private static let wildcard: UInt32 = 1
  private static let anyHost: UInt32 = 2

  /// Fields of a record, behind the candidates of the prefix `/`.
  private enum Field {
    static let parent = RouteCandidates.fields
    static let bounds = parent + 1
    static let expressions = bounds + PathBounds.fields
    static let count = expressions + 2
  }

  private(set) var table: ByteTable
  /// The record of routes without hostnames.
  let any: Int
  private var longestExact = 0
  private var longestWildcard = 0
  private var names: [(position: Int, name: [UInt8])] = []

  init(capacity: Int, seed: UInt64) {
    table = ByteTable(capacity: capacity + 1, fields: Field.count, seed: seed)
    any = table.insert([], scope: Self.anyHost)
  }

  /// The record of a hostname, made where it is new. Trailing dot and capitals count for nothing.
  mutating func insert(_ hostname: String) -> Int {
    var name = hostname.utf8.map(\.lowercased)
    if name.last == 46 { name.removeLast() }
    let isWildcard = name.starts(with: [42, 46])
    // A wildcard is kept as its suffix with the dot; hashes run from the end, so that all suffixes come for free.
    if isWildcard { name.removeFirst() }
    let position = table.insert(name, scope: isWildcard ? Self.wildcard : Self.exact, isReversed: true)
    names.append((position, name))
    if isWildcard {
      longestWildcard = max(longestWildcard, name.count)
    } else {
      longestExact = max(longestExact, name.count)
    }
    return position
  }

  /// Links every record to the next less specific one. Once, when all are in.
  mutating func link() {
    for (position, name) in names {
      // A wildcard's own suffix, which begins with a dot, is no step up: `*.a.b` falls back to `*.b`.
      let host = name.first == 46 ? Array(name.dropFirst()) : name
      table[position, Field.parent] = Int32(findWildcard(host.span, host.count))
    }
    names = []
  }

  mutating func set(_ candidates: RouteCandidates, host: Int) { candidates.write(to: &table, host) }

  mutating func set(expressions: Range<Int>, host: Int) {
    table[host, Field.expressions] = Int32(expressions.lowerBound)
    table[host, Field.expressions + 1] = Int32(expressions.upperBound)
  }

  mutating func set(_ bounds: PathBounds, host: Int) { bounds.write(to: &table, host + Field.bounds) }

  /// The next less specific record, -1 behind `any`.
  @inline(__always)
  func parent(of host: Int) -> Int { Int(table[host, Field.parent]) }

  @inline(__always)
  func bounds(of host: Int) -> PathBounds { PathBounds(table, host &+ Field.bounds) }

  /// Where the candidates with regular expressions are; mostly nowhere.
  @inline(__always)
  func expressions(of host: Int) -> Range<Int> {
    let start = Int(table[host, Field.expressions])
    return start..<max(start, Int(table[host, Field.expressions &+ 1]))
  }

  /// The most specific record for an authority, its port ignored.
  @inline(__always)
  func find(_ authority: Span<UInt8>) -> Int {
    if longestExact == 0 && longestWildcard == 0 { return any }
    let count = Self.hostLength(authority)
    guard count > 0 else { return any }
    if count <= longestExact {
      var hash = table.hash()
      var index = count
      while index > 0 {
        index &-= 1
        hash.add(authority[index].lowercased)
      }
      let position = table.find(hash, scope: Self.exact, authority, 0..<count, isFolded: true)
      if position >= 0 { return position }
    }
    return longestWildcard == 0 ? any : findWildcard(authority, count)
  }

  /// The longest wildcard for the first `count` bytes, `any` where there is none.
  private func findWildcard(_ host: Span<UInt8>, _ count: Int) -> Int {
    var found = any
    var hash = table.hash()
    let shortest = max(1, count - longestWildcard)
    var index = count
    // Not to 0: at least one byte must stand where the star is.
    while index > shortest {
      index &-= 1
      hash.add(host[index].lowercased)
      if host[index] == 46 {
        let position = table.find(hash, scope: Self.wildcard, host, index..<count, isFolded: true)
        if position >= 0 { found = position }
      }
    }
    return found
  }

  /// The length of `host[:port]` without port and trailing dot. Brackets of an IPv6 address belong to it.
  @inline(__always)
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
