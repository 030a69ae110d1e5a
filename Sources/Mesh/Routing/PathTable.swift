/// Exact paths and prefixes of all hosts → entries. Host and kind are part of the key.
struct PathTable: Sendable {
  /// What is known of one host's paths, so that a lookup tries only what can be there.
  struct Host: Sendable {
    /// Bit n: there is a prefix of n bytes; bit 63: of 63 or more.
    fileprivate var prefixLengths: UInt64 = 0
    fileprivate var longestPrefix = 0
    fileprivate var longestExact = -1
    /// The entry of the prefix `/`, -1 where there is none.
    fileprivate var root: Int32 = -1
    /// Nearly always empty: no candidates then.
    var expressions: Range<Int32> = 0..<0

    @inline(__always)
    fileprivate func hasPrefix(ofLength length: Int) -> Bool {
      prefixLengths & (1 << UInt64(min(length, 63))) != 0
    }
  }

  /// The deepest entries for a path, -1 where there is none.
  struct Found {
    var exact = -1
    var prefix = -1
  }

  private var table: ByteTable
  private(set) var hosts: [Host]
  /// Per entry: the next shorter prefix of the same host, -1 at the end.
  private(set) var parents: [Int32] = []
  private var keys: [(host: Int, bytes: [UInt8])] = []

  init(hosts: Int, capacity: Int, seed: UInt64) {
    self.hosts = Array(repeating: Host(), count: hosts)
    table = ByteTable(capacity: capacity, seed: seed)
  }

  mutating func insert(exact path: String, host: Int) -> Int {
    let bytes = Array(path.utf8)
    hosts[host].longestExact = max(hosts[host].longestExact, bytes.count)
    return add(table.insert(bytes, scope: Self.exact(host), value: parents.count), host, bytes)
  }

  /// Trailing slashes count for nothing.
  mutating func insert(prefix path: String, host: Int) -> Int {
    var bytes = Array(path.utf8)
    while bytes.last == 47 { bytes.removeLast() }
    if bytes.isEmpty {
      if hosts[host].root < 0 { hosts[host].root = Int32(add(parents.count, host, bytes)) }
      return Int(hosts[host].root)
    }
    hosts[host].prefixLengths |= 1 << UInt64(min(bytes.count, 63))
    hosts[host].longestPrefix = max(hosts[host].longestPrefix, bytes.count)
    return add(table.insert(bytes, scope: Self.prefix(host), value: parents.count), host, bytes)
  }

  mutating func setExpressions(_ candidates: Range<Int32>, host: Int) { hosts[host].expressions = candidates }

  /// Links every prefix to the next shorter one. Once, when all are in.
  mutating func link() {
    for entry in parents.indices {
      let key = keys[entry]
      guard !key.bytes.isEmpty else { continue }
      // An exact path's entry is linked like a prefix's, and nobody asks for it.
      let shorter = key.bytes.lastIndex(of: 47) ?? 0
      parents[entry] = Int32(find(key.bytes.span.extracting(0..<shorter), hosts[key.host], key.host).prefix)
    }
    keys = []
  }

  /// One walk along the path, hashing as it goes and looking a prefix up where an element ends.
  @inline(__always)
  func find(_ path: Span<UInt8>, _ host: Host, _ index: Int) -> Found {
    var found = Found(exact: -1, prefix: Int(host.root))
    let limit = min(path.count, max(host.longestPrefix, host.longestExact))
    if limit <= 0 { return found }
    let scope = Self.prefix(index)
    var hash = table.hash()
    var position = 0
    while position < limit {
      let byte = path[position]
      if byte == 47, position > 0, host.hasPrefix(ofLength: position) {
        let entry = table.find(hash, scope: scope, path, 0..<position)
        if entry >= 0 { found.prefix = entry }
      }
      hash.add(byte)
      position &+= 1
    }
    if position == path.count || path[position] == 47, host.hasPrefix(ofLength: position) {
      let entry = table.find(hash, scope: scope, path, 0..<position)
      if entry >= 0 { found.prefix = entry }
    }
    if position == path.count, position <= host.longestExact {
      found.exact = table.find(hash, scope: Self.exact(index), path, 0..<position)
    }
    return found
  }

  @inline(__always)
  private static func exact(_ host: Int) -> UInt32 { UInt32(truncatingIfNeeded: host &* 2) }
  @inline(__always)
  private static func prefix(_ host: Int) -> UInt32 { UInt32(truncatingIfNeeded: host &* 2 &+ 1) }

  private mutating func add(_ entry: Int, _ host: Int, _ bytes: [UInt8]) -> Int {
    if entry == parents.count {
      parents.append(-1)
      keys.append((host, bytes))
    }
    return entry
  }
}
