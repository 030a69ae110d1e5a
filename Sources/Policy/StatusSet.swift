/// A set of HTTP status codes, 100 … 599, a bit each.
public struct StatusSet: Sendable, Equatable, ExpressibleByArrayLiteral {
  private var bits = InlineArray<8, UInt64>(repeating: 0)

  public init() {}

  public init(arrayLiteral statuses: Int...) {
    for status in statuses { insert(status) }
  }

  /// Adds a status; returns false outside 100 … 599.
  @discardableResult
  public mutating func insert(_ status: Int) -> Bool {
    guard status >= 100, status < 600 else { return false }
    bits[(status - 100) / 64] |= 1 << UInt64((status - 100) % 64)
    return true
  }

  public func contains(_ status: Int) -> Bool {
    guard status >= 100, status < 600 else { return false }
    return bits[(status - 100) / 64] & (1 << UInt64((status - 100) % 64)) != 0
  }

  public static func == (a: Self, b: Self) -> Bool {
    for index in 0..<8 where a.bits[index] != b.bits[index] { return false }
    return true
  }
}
