/// What is wrong with a format string.
public struct AccessLogFormatError: Error, Equatable, CustomStringConvertible {
  /// In bytes from the string's beginning.
  public var offset: Int
  public var description: String
  /// The name of an operator that there is none of; nil where something else is wrong.
  public var unknown: String?
}
