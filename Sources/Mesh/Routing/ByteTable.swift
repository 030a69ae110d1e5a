/// A map from byte strings to records of a few numbers, built once: open addressing with linear probing, at most
/// half full.
///
/// A slot is 8 bytes, and a record lies beside its key, so that a lookup in a large table touches two cache lines. The
/// seed is drawn anew for each table, and every hit is compared byte by byte. Keys come from the configuration only:
/// a client cannot lengthen a probe, it can only look one up.
struct ByteTable: Sendable {
  /// Feeds bytes into a hash one at a time, so that a prefix's hash is there for the asking.
  struct Hash {
    fileprivate var state: UInt64

    @inline(__always)
    mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15 }

    /// Spreads the high bits, and separates equal keys of different scopes.
    @inline(__always)
    fileprivate func finished(scope: UInt32) -> UInt64 {
      var mixed = (state ^ (UInt64(scope) &* 0xD6E8_FEB8_6659_FD93)) &* 0xBF58_476D_1CE4_E5B9
      mixed ^= mixed >> 32
      mixed = mixed &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 29)
    }
  }

  /// High half: that of the hash; low half: the record's position, 0 where the slot is empty.
  private var slots: [UInt64]
  /// Records: scope, count of key bytes, the fields, the key with four bytes a word. A record's position is that of
  /// its first field.
  private var words: [Int32] = []
  private let fields: Int
  private let mask: Int
  private let seed: UInt64

  /// A table with room for `capacity` records of `fields` numbers each.
  init(capacity: Int, fields: Int, seed: UInt64) {
    var size = 4
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: 0, count: size)
    mask = size - 1
    self.fields = fields
    self.seed = seed
  }

  @inline(__always)
  func hash() -> Hash { Hash(state: seed) }

  /// A field of the record at a position.
  @inline(__always)
  subscript(_ position: Int, _ field: Int) -> Int32 {
    get { words[position &+ field] }
    set { words[position &+ field] = newValue }
  }

  /// The position of the record under `key`. A new one has -1 in every field.
  mutating func insert(_ key: [UInt8], scope: UInt32, isReversed: Bool = false) -> Int {
    var hash = hash()
    for byte in isReversed ? key.reversed() : key { hash.add(byte) }
    let known = find(hash, scope: scope, key.span, 0..<key.count, isFolded: false)
    if known >= 0 { return known }
    let finished = hash.finished(scope: scope)
    var index = Int(truncatingIfNeeded: finished) & mask
    while slots[index] != 0 { index = (index + 1) & mask }
    words.append(Int32(bitPattern: scope))
    words.append(Int32(key.count))
    let position = words.count
    slots[index] = finished & 0xFFFF_FFFF_0000_0000 | UInt64(UInt32(position))
    words += Array(repeating: -1, count: fields)
    for start in stride(from: 0, to: key.count, by: 4) {
      words.append(Self.word(key.span, start, key.count, isFolded: false))
    }
    return position
  }

  /// The position of the record under `bytes[range]`, which `hash` has been fed with; -1 where there is none.
  /// - Parameter isFolded: capitals count as small letters.
  @inline(__always)
  func find(_ hash: Hash, scope: UInt32, _ bytes: Span<UInt8>, _ range: Range<Int>, isFolded: Bool) -> Int {
    let finished = hash.finished(scope: scope)
    var index = Int(truncatingIfNeeded: finished) & mask
    while true {
      let slot = slots[index]
      if slot == 0 { return -1 }
      if (slot ^ finished) >> 32 == 0 {
        let position = Int(truncatingIfNeeded: slot & 0xFFFF_FFFF)
        if holds(position, scope, bytes, range, isFolded: isFolded) { return position }
      }
      index = (index &+ 1) & mask
    }
  }

  @inline(__always)
  private func holds(
    _ position: Int, _ scope: UInt32, _ bytes: Span<UInt8>, _ range: Range<Int>, isFolded: Bool
  ) -> Bool {
    guard words[position &- 2] == Int32(bitPattern: scope), Int(words[position &- 1]) == range.count else {
      return false
    }
    var word = position &+ fields
    var cursor = range.lowerBound
    while cursor < range.upperBound {
      if words[word] != Self.word(bytes, cursor, range.upperBound, isFolded: isFolded) { return false }
      word &+= 1
      cursor &+= 4
    }
    return true
  }

  /// Up to four bytes from `start`, none from `end` on.
  @inline(__always)
  private static func word(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isFolded: Bool) -> Int32 {
    var word: UInt32 = 0
    var shift: UInt32 = 0
    var cursor = start
    while cursor < end, shift < 32 {
      let byte = isFolded ? bytes[cursor].lowercased : bytes[cursor]
      word |= UInt32(byte) &<< shift
      shift &+= 8
      cursor &+= 1
    }
    return Int32(bitPattern: word)
  }
}

extension UInt8 {
  /// An ASCII capital letter as a small one, every other byte as it is.
  @inline(__always)
  var lowercased: UInt8 { self &- 65 < 26 ? self | 32 : self }
}
