internal import Configuration
internal import Mesh

/// What is said of a configuration that was read.
enum ConfigurationReport {
  /// What anybody reads of a report; the rest follows from the same mistake as a rule.
  static let longest = 100

  /// Every finding, one a line; of very many the first, and how many more there are.
  static func text(_ diagnostics: [Diagnostic]) -> String {
    let lines = diagnostics.prefix(longest).map { "\($0)\n" }.joined()
    let more = diagnostics.count - longest
    return more > 0 ? lines + "… and \(more) more\n" : lines
  }

  static func plural(_ number: Int, _ word: String) -> String {
    "\(number) \(word)" + (number == 1 ? "" : "s")
  }

  /// `3 errors and 1 warning`.
  static func count(_ diagnostics: [Diagnostic]) -> String {
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count - errors
    var parts: [String] = []
    if errors > 0 { parts.append(plural(errors, "error")) }
    if warnings > 0 { parts.append(plural(warnings, "warning")) }
    return parts.joined(separator: " and ")
  }
}
