/// What is wrong with a format string.
public struct AccessLogFormatError: Error, Equatable, CustomStringConvertible {
  /// In bytes from the string's beginning.
  public var offset: Int
  public var description: String
}
