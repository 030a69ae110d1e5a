/// One thing that is wrong, or looks wrong, in a configuration: `file:line:column: path: what is wrong`, or without a
/// place where there is no text.
public struct Diagnostic: Hashable, Sendable {
  public enum Severity: String, Sendable {
    /// The configuration cannot be used.
    case error
    /// It can, but hardly does what was meant.
    case warning
  }

  public var severity: Severity
  public var file: String
  public var mark: SourceMark
  /// The key's place in the document, `routes[0].rules[1].matches`; empty for the file as a whole.
  public var path: String
  /// What is wrong, with a suggestion and the values that would be valid where there are some.
  public var message: String
}

extension Diagnostic: CustomStringConvertible {
  public var description: String {
    let place = mark.line == 0 ? "\(file): " : "\(file):\(mark.line):\(mark.column): "
    let kind = severity == .warning ? "warning: " : ""
    return place + kind + (path.isEmpty ? message : "\(path): \(message)")
  }
}
