/// A set of known header names, one bit each.
public struct FieldIDSet: Equatable, Sendable {
  @usableFromInline internal var bits: UInt64 = 0

  @inlinable
  public init() {}

  @inlinable @inline(__always)
  public func contains(_ id: FieldID) -> Bool { bits &>> UInt64(id.rawValue) & 1 != 0 }

  @inlinable @inline(__always)
  public mutating func insert(_ id: FieldID) { bits |= 1 &<< UInt64(id.rawValue) }

  /// One name. Sets of several are written with `|`, which the compiler makes one constant of.
  @inlinable @inline(__always)
  public static func of(_ id: FieldID) -> Self {
    var set = Self()
    set.insert(id)
    return set
  }

  @inlinable @inline(__always)
  public static func | (a: Self, b: Self) -> Self {
    var set = a
    set.bits |= b.bits
    return set
  }

  @inlinable @inline(__always)
  public func isDisjoint(with other: Self) -> Bool { bits & other.bits == 0 }
}
