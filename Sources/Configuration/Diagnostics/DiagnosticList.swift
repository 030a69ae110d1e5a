/// Gathers everything that is found in one pass over a file, and over the text that it names.
struct DiagnosticList {
  private(set) var entries: [Diagnostic] = []
  /// By the number of a mark's text.
  private var files: [String]
  private var seen: Set<Diagnostic> = []
  /// Where a value stands that could not be read.
  private var unreadable: Set<SourceMark> = []

  init(file: String) { files = [file] }

  /// What else is read with the file. Returns the number that its marks have.
  mutating func add(text name: String) -> Int {
    files.append(name)
    return files.count - 1
  }

  private(set) var hasErrors = false

  /// In the order of the file; at one place, in the order found.
  var sorted: [Diagnostic] {
    entries.enumerated().sorted { ($0.element.mark, $0.offset) < ($1.element.mark, $1.offset) }.map(\.element)
  }

  mutating func error(at mark: SourceMark, _ path: String, _ message: String) {
    add(.error, mark, path, message)
  }

  /// What stands there could not be read: one error, and none besides on what was made of it.
  mutating func unreadable(at mark: SourceMark, _ path: String, _ message: String) {
    error(at: mark, path, message)
    unreadable.insert(mark)
  }

  func isUnreadable(at mark: SourceMark) -> Bool { unreadable.contains(mark) }

  mutating func warning(at mark: SourceMark, _ path: String, _ message: String) {
    add(.warning, mark, path, message)
  }

  private mutating func add(
    _ severity: Diagnostic.Severity, _ mark: SourceMark, _ path: String, _ message: String
  ) {
    if unreadable.contains(mark) { return }
    let entry = Diagnostic(
      severity: severity, file: files[mark.text], mark: mark, path: path, message: message)
    // What stands behind an anchor is read once for each alias, and said once.
    guard seen.insert(entry).inserted else { return }
    entries.append(entry)
    if severity == .error { hasErrors = true }
  }
}
