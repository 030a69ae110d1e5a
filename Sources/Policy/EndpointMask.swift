/// The endpoints that have failed within one exchange: at most four, kept in place. A fifth takes the place
/// of the oldest, which by then may be tried again.
public struct EndpointMask: Sendable, Equatable {
  @usableFromInline internal var a: Int32 = -1
  @usableFromInline internal var b: Int32 = -1
  @usableFromInline internal var c: Int32 = -1
  @usableFromInline internal var d: Int32 = -1

  @inlinable public init() {}

  @inlinable public var isEmpty: Bool { a < 0 }

  @inlinable
  public func contains(_ index: Int) -> Bool {
    let index = Int32(truncatingIfNeeded: index)
    return a == index || b == index || c == index || d == index
  }

  /// Adds an endpoint by its number (`EndpointSet.number`); nothing changes where it is in already.
  @inlinable
  public mutating func insert(_ index: Int) {
    if contains(index) { return }
    d = c
    c = b
    b = a
    a = Int32(truncatingIfNeeded: index)
  }
}
