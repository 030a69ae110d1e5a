/// What is known of one host's paths, so that a lookup tries only what can be there. Kept in the host's record.
struct PathBounds {
  static let fields = 4

  /// Bit n: there is a prefix of n bytes; bit 63: of 63 or more. The prefix `/` has none.
  private var prefixLengths: UInt64 = 0
  /// Bytes.
  private(set) var longestPrefix = 0
  /// Bytes.
  private(set) var longestExact = 0

  init() {}

  @inline(__always)
  init(_ table: borrowing ByteTable, _ position: Int) {
    let low = UInt64(UInt32(bitPattern: table[position, 0]))
    prefixLengths = UInt64(UInt32(bitPattern: table[position, 1])) << 32 | low
    longestPrefix = Int(table[position, 2])
    longestExact = Int(table[position, 3])
  }

  func write(to table: inout ByteTable, _ position: Int) {
    table[position, 0] = Int32(truncatingIfNeeded: prefixLengths)
    table[position, 1] = Int32(truncatingIfNeeded: prefixLengths >> 32)
    table[position, 2] = Int32(longestPrefix)
    table[position, 3] = Int32(longestExact)
  }

  mutating func add(prefixOfLength length: Int) {
    prefixLengths |= 1 << UInt64(min(length, 63))
    longestPrefix = max(longestPrefix, length)
  }

  mutating func add(exactOfLength length: Int) { longestExact = max(longestExact, length) }

  @inline(__always)
  func hasPrefix(ofLength length: Int) -> Bool {
    prefixLengths & (1 &<< UInt64(truncatingIfNeeded: min(length, 63))) != 0
  }
}
