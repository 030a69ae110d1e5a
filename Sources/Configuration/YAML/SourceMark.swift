/// A place in a configuration. Lines and columns count from 1; columns count characters.
public struct SourceMark: Hashable, Comparable, Sendable {
  /// 0 for the file, 1 for the text that it names (`configuration`).
  public var text = 0
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

  /// The same place of another text.
  func of(text: Int) -> SourceMark {
    var mark = self
    mark.text = text
    return mark
  }

  public static func < (a: Self, b: Self) -> Bool {
    (a.text, a.line, a.column) < (b.text, b.line, b.column)
  }
}
