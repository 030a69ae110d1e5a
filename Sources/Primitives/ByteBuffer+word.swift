extension ByteBuffer {
  /// Appends the `count` (0 to 8) lowest bytes of a word, the lowest first: text that was worked out in a register.
  @inlinable @inline(__always)
  public mutating func append(word: UInt64, count: Int = 8) {
    precondition(count >= 0 && count <= 8)
    if capacity &- end < 8 { grow(8) }
    // SAFETY: `grow` made room for the whole word; what lies behind `count` is not yet content.
    unsafe UnsafeMutableRawPointer(base.unsafelyUnwrapped + end).storeBytes(
      of: word.littleEndian, as: UInt64.self)
    end &+= count
  }

  /// Appends the `count` lowest bytes of several words, the first word first: room is asked for once for all of them.
  @inlinable @inline(__always)
  public mutating func append<let n: Int>(words: InlineArray<n, UInt64>, count: Int) {
    precondition(count >= 0 && count <= n &* 8)
    if capacity &- end < n &* 8 { grow(n &* 8) }
    for index in 0..<n {
      // SAFETY: `grow` made room for all words; what lies behind `count` is not yet content.
      unsafe UnsafeMutableRawPointer(base.unsafelyUnwrapped + end + index &* 8).storeBytes(
        of: words[index].littleEndian, as: UInt64.self)
    }
    end &+= count
  }

  /// Overwrites eight bytes in place. Traps where they would not fit.
  @inlinable @inline(__always)
  public mutating func replace(at index: Int, word: UInt64) {
    precondition(index >= 0 && index <= count &- 8)
    // SAFETY: checked above.
    unsafe UnsafeMutableRawPointer(base.unsafelyUnwrapped + start + index).storeBytes(
      of: word.littleEndian, as: UInt64.self)
  }
}
