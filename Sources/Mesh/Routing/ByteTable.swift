/// A map from byte strings to small numbers, built once: open addressing with linear probing, at most half full.
///
/// The seed is drawn anew for each table and every hit is compared byte by byte. Keys come from the configuration
/// only, so that a client cannot lengthen a probe; it can only look one up.
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

  private struct Slot {
    var hash: UInt64 = 0
    var offset: UInt32 = 0
    var count: UInt32 = 0
    var scope: UInt32 = 0
    /// Below zero: empty.
    var value: Int32 = -1
  }

  private var slots: [Slot]
  private var keys: [UInt8] = []
  private let mask: Int
  private let seed: UInt64

  /// A table with room for `capacity` keys.
  init(capacity: Int, seed: UInt64) {
    var size = 4
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: Slot(), count: size)
    mask = size - 1
    self.seed = seed
  }

  @inline(__always)
  func hash() -> Hash { Hash(state: seed) }

  /// The value under `key`, which is inserted with `value` where it is new.
  mutating func insert(_ key: [UInt8], scope: UInt32, isReversed: Bool = false, value: Int) -> Int {
    var hash = hash()
    if isReversed {
      for byte in key.reversed() { hash.add(byte) }
    } else {
      for byte in key { hash.add(byte) }
    }
    let finished = hash.finished(scope: scope)
    var index = Int(truncatingIfNeeded: finished) & mask
    while slots[index].value >= 0 {
      let slot = slots[index]
      if slot.hash == finished, slot.scope == scope,
        keys[Int(slot.offset)..<Int(slot.offset + slot.count)].elementsEqual(key)
      {
        return Int(slot.value)
      }
      index = (index + 1) & mask
    }
    slots[index] = Slot(
      hash: finished, offset: UInt32(keys.count), count: UInt32(key.count), scope: scope, value: Int32(value))
    keys += key
    return value
  }

  /// The value under `bytes[range]`, which `hash` has been fed with; -1 where there is none.
  @inline(__always)
  func find(_ hash: Hash, scope: UInt32, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    find(hash, scope: scope, bytes, range) { $0 }
  }

  /// The same for bytes that count as lower case.
  @inline(__always)
  func findLowercased(_ hash: Hash, scope: UInt32, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    find(hash, scope: scope, bytes, range) { $0.lowercased }
  }

  @inline(__always)
  private func find(
    _ hash: Hash, scope: UInt32, _ bytes: Span<UInt8>, _ range: Range<Int>, _ fold: (UInt8) -> UInt8
  ) -> Int {
    let finished = hash.finished(scope: scope)
    var index = Int(truncatingIfNeeded: finished) & mask
    while slots[index].value >= 0 {
      let slot = slots[index]
      if slot.hash == finished, slot.scope == scope, Int(slot.count) == range.count {
        var position = Int(slot.offset)
        var cursor = range.lowerBound
        while cursor < range.upperBound, keys[position] == fold(bytes[cursor]) {
          position &+= 1
          cursor &+= 1
        }
        if cursor == range.upperBound { return Int(slot.value) }
      }
      index = (index &+ 1) & mask
    }
    return -1
  }
}

extension UInt8 {
  /// An ASCII capital letter as a small one, every other byte as it is.
  @inline(__always)
  var lowercased: UInt8 { self &- 65 < 26 ? self | 32 : self }
}
