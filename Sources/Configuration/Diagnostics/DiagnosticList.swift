/// Gathers everything that is found in one pass over a file.
struct DiagnosticList {
  private(set) var entries: [Diagnostic] = []
  let file: String
  private var seen: Set<Diagnostic> = []

  init(file: String) { self.file = file }

  var hasErrors: Bool { entries.contains { $0.severity == .error } }

  /// In the order of the file; at one place, in the order found.
  var sorted: [Diagnostic] {
    entries.enumerated().sorted { ($0.element.mark, $0.offset) < ($1.element.mark, $1.offset) }.map(\.element)
  }

  mutating func error(at mark: SourceMark, _ path: String, _ message: String) {
    add(.error, mark, path, message)
  }

  mutating func warning(at mark: SourceMark, _ path: String, _ message: String) {
    add(.warning, mark, path, message)
  }

  private mutating func add(
    _ severity: Diagnostic.Severity, _ mark: SourceMark, _ path: String, _ message: String
  ) {
    let entry = Diagnostic(severity: severity, file: file, mark: mark, path: path, message: message)
    // What stands behind an anchor is read once for each alias, and said once.
    if seen.insert(entry).inserted { entries.append(entry) }
  }
}
