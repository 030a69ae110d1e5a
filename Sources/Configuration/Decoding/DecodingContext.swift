/// What is shared while one document is read. Nothing here stops at a mistake: it is noted, and reading goes on with
/// the default.
final class DecodingContext {
  var diagnostics: DiagnosticList
  /// What files that the document names hold.
  let tlsFiles = TLSFiles()
  /// Words that may still be compared for suggestions: where everything is wrong, nobody reads the last of them, and
  /// many wrong words among many right ones would take time by the square.
  private var comparisons = 200_000

  /// Of the process that will run it.
  let environment: [String: String]
  /// `ConfigurationLoader.isElsewhere`.
  let isElsewhere: Bool

  init(file: String, environment: [String: String] = [:], isElsewhere: Bool = false) {
    diagnostics = DiagnosticList(file: file)
    self.environment = environment
    self.isElsewhere = isElsewhere
  }

  /// See `Suggestion.hint`. In a file with very many mistakes the later ones come without "did you mean".
  func hint(for word: String, among candidates: [String], shown: [String]? = nil) -> String {
    let shown = shown ?? (candidates.count <= Suggestion.shownAtMost ? candidates : [])
    guard comparisons >= candidates.count else { return Suggestion.hint(for: "", among: [], shown: shown) }
    comparisons -= candidates.count
    return Suggestion.hint(for: word, among: candidates, shown: shown)
  }

  func error<Value>(_ place: Located<Value>, _ message: String) {
    diagnostics.error(at: place.mark, place.path, message)
  }

  func warning<Value>(_ place: Located<Value>, _ message: String) {
    diagnostics.warning(at: place.mark, place.path, message)
  }

  /// A key or value of the documented format that this version cannot honour: never ignored in silence.
  func unsupported(at mark: SourceMark, _ path: String, _ what: String, valid: [String] = []) {
    let hint = valid.isEmpty ? "" : " (valid: \(valid.joined(separator: ", ")))"
    diagnostics.error(at: mark, path, "\(what) is not supported yet by this version\(hint)")
  }

  func mismatch(_ node: YAMLNode, _ path: String, expected: String) {
    diagnostics.error(at: node.mark, path, "expected \(expected), found \(node.description)")
  }

  /// The node as a map.
  /// - Parameter key: under which a bare string would stand, for a hint.
  func block(_ node: YAMLNode, _ path: String, bare key: String? = nil) -> Block? {
    guard case .mapping(let entries) = node.content else {
      var expected = "a map"
      if let key, case .scalar(let scalar) = node.content, scalar.kind == .string {
        expected += " such as {\(key): \(scalar.text.shortened)}"
      }
      mismatch(node, path, expected: expected)
      return nil
    }
    return Block(entries, mark: node.mark, path: path, context: self)
  }

  /// The node as text. A plain number or boolean is none: `value: 1` wants quotes, as in Kubernetes.
  func string(_ node: YAMLNode, _ path: String) -> Located<String>? {
    guard case .scalar(let scalar) = node.content else {
      mismatch(node, path, expected: "a string")
      return nil
    }
    guard scalar.kind == .string || scalar.isExpanded else {
      let hint = scalar.kind == .null ? "" : " (quote it: \"\(scalar.text)\")"
      diagnostics.error(at: node.mark, path, "expected a string, found \(scalar.description)\(hint)")
      return nil
    }
    return Located(value: scalar.text, mark: node.mark, path: path)
  }

  func integer(_ node: YAMLNode, _ path: String, in range: ClosedRange<Int>) -> Located<Int>? {
    guard case .scalar(let scalar) = node.content, scalar.kind == .integer || scalar.isExpanded,
      scalar.kind == .integer || YAMLScalar.resolve(scalar.text) == .integer
    else {
      mismatch(node, path, expected: "a whole number")
      return nil
    }
    guard let value = YAMLScalar.integer(scalar.text), range.contains(value) else {
      diagnostics.error(
        at: node.mark, path,
        "\(scalar.text) is out of range (valid: \(range.lowerBound) to \(range.upperBound))")
      return nil
    }
    return Located(value: value, mark: node.mark, path: path)
  }

  /// The items of a list, each with its path.
  func items(_ node: YAMLNode, _ path: String) -> [(node: YAMLNode, path: String)] {
    guard case .sequence(let items) = node.content else {
      var expected = "a list"
      if case .scalar(let scalar) = node.content { expected += " such as [\(scalar.text.shortened)]" }
      mismatch(node, path, expected: expected)
      return []
    }
    return items.enumerated().map { ($1, "\(path)[\($0)]") }
  }
}
