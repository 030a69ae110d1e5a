/// A part of a head's arena: where it begins and how long it is, in bytes.
public struct ByteRange: Equatable, Sendable {
  public var offset: UInt32
  public var count: UInt32

  @inlinable
  public init(offset: UInt32, count: UInt32) {
    self.offset = offset
    self.count = count
  }

  /// From index to index. Both must fit 32 bits, and `start <= end`.
  @inlinable @inline(__always)
  public init(_ start: Int, _ end: Int) {
    offset = UInt32(truncatingIfNeeded: start)
    count = UInt32(truncatingIfNeeded: end &- start)
  }

  @inlinable public static var empty: ByteRange { ByteRange(offset: 0, count: 0) }
  @inlinable public var isEmpty: Bool { count == 0 }
  @inlinable public var start: Int { Int(offset) }
  @inlinable public var end: Int { Int(offset) &+ Int(count) }
  @inlinable public var indices: Range<Int> { start..<end }
}
