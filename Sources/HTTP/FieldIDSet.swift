/// A set of known header names, one bit each.
public struct FieldIDSet: Equatable, Sendable {
  @usableFromInline internal var bits: UInt64 = 0

  @inlinable
  public init() {}

  @inlinable @inline(__always)
  public func contains(_ id: FieldID) -> Bool { bits &>> UInt64(id.rawValue) & 1 != 0 }

  @inlinable @inline(__always)
  public mutating func insert(_ id: FieldID) { bits |= 1 &<< UInt64(id.rawValue) }
}
