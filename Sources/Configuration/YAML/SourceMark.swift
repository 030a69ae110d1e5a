/// A place in a configuration file. Lines and columns count from 1; columns count characters.
public struct SourceMark: Hashable, Comparable, Sendable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The beginning of the file.
  static let start = SourceMark(line: 1, column: 1)

  /// Where there is no text: the command line, a file that cannot be read.
  public static let none = SourceMark(line: 0, column: 0)

  public static func < (a: Self, b: Self) -> Bool { (a.line, a.column) < (b.line, b.column) }
}
