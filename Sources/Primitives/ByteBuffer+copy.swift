extension ByteBuffer {
  /// Copies bytes between places that do not overlap. Most are a name or a value of a field, for which a call of memcpy
  /// costs more than the copy: up to 32 are copied as two words that overlap in the middle.
  @unsafe @inlinable @inline(__always)
  internal static func copy(_ from: UnsafePointer<UInt8>, to: UnsafeMutablePointer<UInt8>, _ count: Int) {
    let (source, target) = unsafe (UnsafeRawPointer(from), UnsafeMutableRawPointer(to))
    if count > 32 {
      unsafe to.update(from: from, count: count)
    } else if count >= 16 {
      unsafe copyEnds(source, target, count, SIMD16<UInt8>.self)
    } else if count >= 8 {
      unsafe copyEnds(source, target, count, UInt64.self)
    } else if count >= 4 {
      unsafe copyEnds(source, target, count, UInt32.self)
    } else {
      for i in 0..<count { unsafe to[i] = from[i] }
    }
  }

  /// Copies one word at the beginning and one at the end.
  @unsafe @inlinable @inline(__always)
  internal static func copyEnds<Word: BitwiseCopyable>(
    _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int, _ word: Word.Type
  ) {
    let last = count &- MemoryLayout<Word>.size
    // SAFETY: the callers have at least one word on either side.
    let end = unsafe (source + last).loadUnaligned(as: Word.self)
    unsafe target.storeBytes(of: source.loadUnaligned(as: Word.self), as: Word.self)
    unsafe (target + last).storeBytes(of: end, as: Word.self)
  }
}
