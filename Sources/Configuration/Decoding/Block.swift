/// A map of the document while its keys are taken one after another. What has not been asked for when `finish` is
/// called is an unknown field; what has been asked for is what it may have been meant to be.
final class Block {
  let mark: SourceMark
  let path: String
  let context: DecodingContext
  private let entries: [YAMLNode.Entry]
  private var known: [String] = []
  /// Known names that this version refuses: recognised, not suggested.
  private var refused: [String] = []
  /// Keys that have to be there and are not.
  private var missing: [(key: String, message: String, isError: Bool)] = []

  init(_ entries: [YAMLNode.Entry], mark: SourceMark, path: String, context: DecodingContext) {
    self.entries = entries
    self.mark = mark
    self.path = path
    self.context = context
  }

  var isEmpty: Bool { entries.isEmpty }

  func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// The value under a key; nil where the key is absent or its value null.
  func node(_ key: String) -> YAMLNode? {
    if !known.contains(key) { known.append(key) }
    guard let entry = entries.first(where: { $0.key == key }), !entry.value.isNull else { return nil }
    return entry.value
  }

  func has(_ key: String) -> Bool { entries.contains { $0.key == key && !$0.value.isNull } }

  /// A diagnostic for a key: at its value, or at the block where it is absent.
  func error(_ key: String, _ message: String) {
    let entry = entries.first { $0.key == key }
    context.diagnostics.error(at: entry?.value.mark ?? mark, path(of: key), message)
  }

  func warning(_ key: String, _ message: String) {
    let entry = entries.first { $0.key == key }
    context.diagnostics.warning(at: entry?.value.mark ?? mark, path(of: key), message)
  }

  /// A key has to be there and is not. Told by `finish`, unless it is there misspelt, which is one mistake and not two.
  func missing(_ key: String, _ message: String = "is missing", isError: Bool = true) {
    missing.append((key, message, isError))
  }

  deinit { assert(missing.isEmpty, "\(path) is not finished") }

  /// Keys of the documented format that this version does not know what to do with.
  func refuse(_ keys: [String]) {
    refused += keys
    for entry in entries where keys.contains(entry.key) {
      context.unsupported(at: entry.keyMark, path(of: entry.key), "`\(entry.key)`")
    }
  }

  /// A key that others write and nobody reads: recognised, not suggested.
  func passOver(_ key: String, _ message: String) {
    refused.append(key)
    if has(key) { warning(key, message) }
  }

  /// Reports every key that nobody asked for, of which the first tells which there are, and every key that is missing.
  func finish() {
    var shown = known
    var meant: [String] = []
    for entry in entries where !known.contains(entry.key) && !refused.contains(entry.key) {
      let hint = context.hint(for: entry.key, among: known, shown: shown)
      shown = []
      context.diagnostics.error(
        at: entry.keyMark, path, "unknown field `\(entry.key.shortened)`\(hint)")
      if !missing.isEmpty { meant += Suggestion.nearest(to: entry.key, among: known).map { [$0] } ?? [] }
    }
    for (key, message, isError) in missing where !meant.contains(key) {
      if isError { error(key, message) } else { warning(key, message) }
    }
    missing = []
  }
}
