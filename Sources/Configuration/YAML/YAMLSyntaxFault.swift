/// What stopped libyaml, and the words that we have for it. Its own speak of tokens and nodes, which say little to
/// somebody who writes a configuration.
struct YAMLSyntaxFault {
  /// libyaml's words for what is wrong and for what it was about.
  var problem: String
  var context: String
  var mark: SourceMark
  /// Where that began: the quote, the list, the key.
  var began: SourceMark
  /// The text of the line at `mark`.
  var line: String
  /// The bracket that was open last before `mark`, and where.
  var bracket: (text: Character, mark: SourceMark)?

  var error: YAMLError {
    if let error = tab ?? character { return error }
    switch problem {
    case "did not find expected alphabetic or numeric character":
      let character = context.contains("alias") ? "*" : "&"
      return at(began, "a value that begins with `\(character)` needs quotes, as in \"\(character)…\"")
    case "could not find expected ':'":
      return at(began, "this is neither `key: value` nor an item of a list, `- item`")
    case "mapping values are not allowed in this context":
      return at(mark, misplacedColon)
    case "block sequence entries are not allowed in this context":
      return at(
        mark, "no list can begin here: its items, `- item`, stand on lines of their own below the key")
    case "did not find expected key":
      return at(mark, "\(indentation): expected a key at column \(began.column), as on line \(began.line)")
    case "did not find expected '-' indicator":
      return at(mark, "\(indentation): expected `- ` at column \(began.column), as on line \(began.line)")
    case "did not find expected ',' or ']'": return at(mark, stillOpen("[", at: began))
    case "did not find expected ',' or '}'": return at(mark, stillOpen("{", at: began))
    case "did not find expected node content":
      guard context.contains("flow"), let bracket,
        line.dropFirst(mark.column - 1).first.map({ $0 == "-" }) ?? true
      else { return at(mark, "a value is missing here") }
      return at(mark, stillOpen(bracket.text, at: bracket.mark))
    case "found unexpected end of stream", "found unexpected document indicator":
      return at(began, "the quotes that begin here are never closed")
    case "found unknown escape character", "found invalid Unicode character escape code",
      "did not find expected hexdecimal number":
      return at(mark, "no escape of double quotes: write `\\\\` for a backslash, or use single quotes")
    case "did not find expected <document start>":
      return at(mark, "\(indentation): the document has ended before this")
    case "did not find expected comment or line break":
      return at(mark, "nothing but a comment can follow on this line")
    default: break
    }
    if context.contains("directive") { return at(began, "a line cannot begin with `%`: use quotes") }
    if context.hasSuffix("tag") { return at(began, "a value that begins with `!` needs quotes") }
    return at(mark, "not valid YAML: " + (context.isEmpty ? problem : "\(context), \(problem)"))
  }

  private var indentation: String { "the indentation does not fit" }

  private func stillOpen(_ open: Character, at mark: SourceMark) -> String {
    let close = open == "[" ? "]" : "}"
    return
      "expected `,` or `\(close)`: the `\(open)` of line \(mark.line), column \(mark.column) is still open"
  }

  /// Either a second one in this line, or the line is taken for the rest of a value above.
  private var misplacedColon: String {
    line.prefix(max(0, mark.column - 1)).contains(": ")
      ? "a value that holds `: ` needs quotes, and a further key a line of its own"
      : "this line goes on with what stands above it, and so cannot be a key: is it indented too far, or is a `: ` missing above?"
  }

  /// What stands at the mark, or before it, says more than libyaml does.
  private var character: YAMLError? {
    let isFlow = context.contains("flow")
    let before = line.prefix(max(0, mark.column - 1)).last { isFlow || $0 != " " }
    let here = line.dropFirst(mark.column - 1).first
    if problem == "found character that cannot start any token", let here {
      return at(mark, "a value cannot begin with `\(here)`: put it in quotes")
    }
    guard problem.hasPrefix("did not find expected"), !context.hasSuffix("tag") else { return nil }
    switch (before, here) {
    case ("$", "{"):
      return at(
        SourceMark(line: mark.line, column: mark.column - 1),
        "between brackets, `${…}` needs quotes: \"${…}\"")
    case (_, "}"), (_, "]"):
      return isFlow ? nil : at(mark, "this `\(here ?? "]")` closes nothing")
    case ("'", .some): return at(mark, "nothing can follow the closing quote (within '…', write '' for ')")
    case ("\"", .some):
      return at(mark, "nothing can follow the closing quote (within \"…\", write \\\" for \")")
    default: return nil
    }
  }

  /// A tab before the first character of the line, or where libyaml says that it stumbled over one.
  private var tab: YAMLError? {
    let text = "tabs cannot indent: use spaces"
    let indent = line.prefix { $0 == " " || $0 == "\t" }
    if let place = indent.firstIndex(of: "\t") {
      let column = line.distance(from: line.startIndex, to: place) + 1
      return at(SourceMark(line: mark.line, column: column), text)
    }
    return problem.contains("tab character") ? at(mark, text) : nil
  }

  private func at(_ mark: SourceMark, _ message: String) -> YAMLError {
    YAMLError(mark: mark, message: message)
  }
}
