import Testing

@testable import Configuration

/// What an operator gets wrong in YAML itself: said in our words, at the place.
@Suite struct SyntaxFaultTests {
  @Test(arguments: [
    ("a:\n\t- b", "2:1: tabs cannot indent: use spaces"),
    ("a:\n  b: 1\n\tc: 2", "3:1: tabs cannot indent: use spaces"),
    ("a:\n  \tb: 1", "2:3: tabs cannot indent: use spaces"),
    ("a: |\n\tb", "2:1: tabs cannot indent: use spaces"),
    ("a: [*.shop.example]", "1:5: a value that begins with `*` needs quotes, as in \"*…\""),
    ("a: &.b", "1:4: a value that begins with `&` needs quotes, as in \"&…\""),
    ("a: @b", "1:4: a value cannot begin with `@`: put it in quotes"),
    ("a: %B%", "1:4: a value cannot begin with `%`: put it in quotes"),
    ("a: {b: !c}", "1:8: a value that begins with `!` needs quotes"),
    ("%a: 1", "1:1: a line cannot begin with `%`: use quotes"),
    ("a: b: c", "1:5: a value that holds `: ` needs quotes, and a further key a line of its own"),
    (
      "- a:b\n  c: d",
      "2:4: this line goes on with what stands above it, and so cannot be a key: is it indented too far, or is a `: ` missing above?"
    ),
    ("a: - b", "1:4: no list can begin here: its items, `- item`, stand on lines of their own below the key"),
    ("- a: 1\n b: 2", "2:2: the indentation does not fit: expected `- ` at column 1, as on line 1"),
    ("a:\n  - b\n c: 1", "3:2: the indentation does not fit: expected a key at column 1, as on line 1"),
    ("a:\n- b\n'c'", "3:1: this is neither `key: value` nor an item of a list, `- item`"),
    ("a: [1", "2:1: expected `,` or `]`: the `[` of line 1, column 4 is still open"),
    ("a: {b: 1\nc: 2", "2:2: expected `,` or `}`: the `{` of line 1, column 4 is still open"),
    ("a: {b: ${C}}", "1:8: between brackets, `${…}` needs quotes: \"${…}\""),
    ("a: \"b\nc: 1", "1:4: the quotes that begin here are never closed"),
    ("a: \"\\d\"", "1:5: no escape of double quotes: write `\\\\` for a backslash, or use single quotes"),
    ("a: 'it's'", "1:8: nothing can follow the closing quote (within '…', write '' for ')"),
    ("a: \"b\" c", "1:8: nothing can follow the closing quote (within \"…\", write \\\" for \")"),
    ("a: [b]}", "1:7: this `}` closes nothing"),
    ("a: {b: ?}", "1:8: a value is missing here"),
    ("a: [\"b\"}", "1:8: expected `,` or `]`: the `[` of line 1, column 4 is still open"),
    ("a:\n- {b: c, d: [\n", "3:1: expected `,` or `]`: the `[` of line 2, column 13 is still open"),
    (
      "a:\n- {b: [\"1\", # [\n- {c: d}", "3:1: expected `,` or `]`: the `[` of line 2, column 7 is still open"
    ),
    ("a: {b: '[', c: \"\\\"[\",\n- d", "2:1: expected `,` or `}`: the `{` of line 1, column 4 is still open"),
    ("a: |x", "1:5: nothing but a comment can follow on this line"),
  ])
  func isSaidInOurWords(_ text: String, _ expected: String) {
    var diagnostics = DiagnosticList(file: "f")
    _ = YAMLDocument(Array(text.utf8), environment: [:], diagnostics: &diagnostics)
    #expect(diagnostics.sorted.map(\.description) == ["f:" + expected])
  }
}
