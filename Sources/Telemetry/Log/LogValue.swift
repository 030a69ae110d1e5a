/// What a log line's field holds.
public enum LogValue: Sendable, Equatable {
  case string(String)
  case integer(Int64)
  case double(Double)
  case bool(Bool)
  /// There is nothing to say: the field is left out.
  case absent

  public init(_ value: some BinaryInteger) { self = .integer(Int64(clamping: value)) }
  public init(_ value: Double) { self = .double(value) }
  public init(_ value: some CustomStringConvertible) { self = .string(value.description) }
  /// A number that is worth a word only where it is not zero.
  public init(unlessZero value: some BinaryInteger) { self = value == 0 ? .absent : LogValue(value) }
  /// Text that is left out where there is none.
  public init(unlessEmpty text: String) { self = text.isEmpty ? .absent : .string(text) }
  /// Text that is not on the heap.
  public init(_ value: StaticString) { self = .string(value.description) }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}
