internal import Configuration
internal import Mesh
internal import Reactor
internal import Telemetry

/// What is said of a configuration that was read.
enum ConfigurationReport {
  /// What anybody reads of a report; the rest follows from the same mistake as a rule.
  static let longest = 100

  /// A file, and what stands for the rest of it where there is a second one. Nil, and a word on standard error, where
  /// that cannot be read, or is not asked for.
  static func load(_ paths: [String]) -> LoadedConfiguration? {
    guard paths.count > 1 else { return load(paths[0]) }
    do throws(FileContents.Failure) {
      let bytes = try FileContents.read(paths[1], limit: ConfigurationLoader.sizeLimit)
      let rest = ConfigurationText(name: paths[1], bytes: bytes)
      let loaded = load(paths[0], rest: rest)
      if loaded.isValid, loaded.snapshot?.settings.rest == nil {
        Terminal.writeError("\(paths[0]): has no `configuration`, so that nothing would read \(paths[1])\n")
        return nil
      }
      return loaded
    } catch {
      Terminal.writeError("\(paths[1]): cannot be read: \(error.message)\n")
      return nil
    }
  }

  /// A file that is looked at, and may be meant to be run elsewhere.
  /// - Parameter input: what it said, where it has been read and cannot be read again.
  static func load(
    _ path: String, rest: ConfigurationText? = nil, input: [UInt8]? = nil
  ) -> LoadedConfiguration {
    ConfigurationLoader(isElsewhere: true).load(path: path, rest: rest, input: input, states: StateStore())
  }

  /// Every finding, one a line; of very many the first, and how many more there are.
  static func text(_ diagnostics: [Diagnostic]) -> String {
    let lines = diagnostics.prefix(longest).map { "\($0)\n" }.joined()
    let more = diagnostics.count - longest
    return more > 0 ? lines + "… and \(more) more\n" : lines
  }

  /// The same as events of the log, for programs that read it.
  static func log(_ diagnostics: [Diagnostic]) {
    for finding in diagnostics.prefix(longest) {
      switch finding.severity {
      case .error: Log.error("configuration error", fields(of: finding))
      case .warning: Log.warning("configuration warning", fields(of: finding))
      }
    }
    let more = diagnostics.count - longest
    if more > 0 { Log.warning("the other findings are left out", ["more": LogValue(more)]) }
  }

  static func fields(of finding: Diagnostic) -> KeyValuePairs<StaticString, LogValue> {
    [
      "reason": .string(finding.message), "file": .string(finding.file),
      "line": LogValue(unlessZero: finding.mark.line), "column": LogValue(unlessZero: finding.mark.column),
      "path": finding.path.isEmpty ? .absent : .string(finding.path),
    ]
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
