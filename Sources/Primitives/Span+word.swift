extension Span where Element == UInt8 {
  /// The eight bytes at `index`, the first one lowest, in one load. Traps where they are not all there.
  @inlinable @inline(__always)
  public func word(at index: Int) -> UInt64 {
    let part = extracting(index..<(index &+ 8))
    // Always so; it tells the optimiser, which then merges the loads below into one.
    guard part.count == 8 else { return 0 }
    var word = UInt64(part[0])
    word |= UInt64(part[1]) &<< 8
    word |= UInt64(part[2]) &<< 16
    word |= UInt64(part[3]) &<< 24
    word |= UInt64(part[4]) &<< 32
    word |= UInt64(part[5]) &<< 40
    word |= UInt64(part[6]) &<< 48
    word |= UInt64(part[7]) &<< 56
    return word
  }
}
