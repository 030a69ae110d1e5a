/// Exact paths and prefixes of all hosts → candidates. Host and kind are part of the key.
struct PathTable: Sendable {
  /// The deepest records for a path, -1 where there is none. The prefix `/` is part of the host's own record.
  struct Found {
    var exact = -1
    var prefix = -1
  }

  private static let parent = RouteCandidates.fields

  private(set) var table: ByteTable
  private var prefixes: [(position: Int, host: Int, path: [UInt8])] = []

  init(capacity: Int, seed: UInt64) {
    table = ByteTable(capacity: capacity, fields: RouteCandidates.fields + 1, seed: seed)
  }

  mutating func insert(exact path: [UInt8], host: Int) -> Int { table.insert(path, scope: Self.exact(host)) }

  /// - Parameter path: without a slash at its end, and not empty.
  mutating func insert(prefix path: [UInt8], host: Int) -> Int {
    let position = table.insert(path, scope: Self.prefix(host))
    prefixes.append((position, host, path))
    return position
  }

  /// Links every prefix to the next shorter one. Once, when all are in.
  mutating func link(_ bounds: [Int: PathBounds]) {
    for (position, host, path) in prefixes {
      guard let shorter = path.lastIndex(of: 47), shorter > 0, let bounds = bounds[host] else { continue }
      table[position, Self.parent] = Int32(find(path.span.extracting(0..<shorter), bounds, host: host).prefix)
    }
    prefixes = []
  }

  mutating func set(_ candidates: RouteCandidates, path: Int) { candidates.write(to: &table, path) }

  /// The next shorter prefix, -1 where only `/` is left.
  @inline(__always)
  func parent(of prefix: Int) -> Int { Int(table[prefix, Self.parent]) }

  /// One walk along the path, hashing as it goes and looking a prefix up where an element ends.
  @inline(__always)
  func find(_ path: Span<UInt8>, _ bounds: PathBounds, host: Int) -> Found {
    var found = Found()
    let limit = min(path.count, max(bounds.longestPrefix, bounds.longestExact))
    if limit <= 0 { return found }
    var hash = table.hash()
    var position = 0
    while position < limit {
      let byte = path[position]
      if byte == 47, bounds.hasPrefix(ofLength: position) { look(for: hash, path, position, host, &found) }
      hash.add(byte)
      position &+= 1
    }
    if position == path.count || path[position] == 47, bounds.hasPrefix(ofLength: position) {
      look(for: hash, path, position, host, &found)
    }
    if position == path.count, position <= bounds.longestExact {
      found.exact = table.find(hash, scope: Self.exact(host), path, 0..<position, isFolded: false)
    }
    return found
  }

  @inline(__always)
  private func look(
    for hash: ByteTable.Hash, _ path: Span<UInt8>, _ length: Int, _ host: Int, _ found: inout Found
  ) {
    let position = table.find(hash, scope: Self.prefix(host), path, 0..<length, isFolded: false)
    if position >= 0 { found.prefix = position }
  }

  @inline(__always)
  private static func exact(_ host: Int) -> UInt32 { UInt32(truncatingIfNeeded: host &* 2) }
  @inline(__always)
  private static func prefix(_ host: Int) -> UInt32 { UInt32(truncatingIfNeeded: host &* 2 &+ 1) }
}
