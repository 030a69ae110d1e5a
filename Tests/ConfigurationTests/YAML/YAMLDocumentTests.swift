import Testing

@testable import Configuration

@Suite struct YAMLDocumentTests {
  private func parse(_ text: String, environment: [String: String] = [:]) -> (
    root: YAMLNode?, problems: [String]
  ) {
    var diagnostics = DiagnosticList(file: "f")
    let document = YAMLDocument(Array(text.utf8), environment: environment, diagnostics: &diagnostics)
    return (document.root, diagnostics.sorted.map(\.description))
  }

  /// A compact rendering, with marks of scalars.
  private func render(_ node: YAMLNode?) -> String {
    guard let node else { return "-" }
    switch node.content {
    case .scalar(let scalar): return "\(scalar.text):\(scalar.kind)@\(node.mark.line).\(node.mark.column)"
    case .sequence(let items): return "[" + items.map(render).joined(separator: " ") + "]"
    case .mapping(let entries):
      return "{"
        + entries.map { "\($0.key)@\($0.keyMark.line).\($0.keyMark.column)=\(render($0.value))" }
        .joined(separator: " ") + "}"
    }
  }

  @Test func marksPointAtWhereThingsStand() {
    let (root, problems) = parse("a: 1\nb:\n- x\n- {c: \"2\", é: ~}\n")
    #expect(problems == [])
    #expect(
      render(root) == "{a@1.1=1:integer@1.4 b@2.1=[x:string@3.3 {c@4.4=2:string@4.7 é@4.12=~:null@4.15}]}")
  }

  @Test func emptyTextsHaveNoRoot() {
    for text in ["", "\n\n", "# only a comment\n"] { #expect(parse(text).root == nil) }
  }

  @Test func everyProblemHasAPlace() {
    let cases: [(String, String)] = [
      ("a: 1\na: 2", "f:2:1: `a` is given twice, first on line 1"),
      ("a: *x", "f:1:4: `*x` names no anchor above it"),
      ("a: &x [*x]", "f:1:8: `*x` stands within what it names"),
      ("a: 1\n---\nb: 2", "f:2:1: a second document: only one is read"),
      (
        "base: &b {x: 1}\nc:\n  <<: *b",
        "f:3:3: c: merge keys (`<<`) are no part of YAML 1.2: write the keys out"
      ),
      ("? [a]\n: 1", "f:1:3: a key must be a name"),
      ("a: !thing 1", "f:1:4: a: the tag `!thing` does not fit here"),
      (
        "a: ${NOPE}",
        "f:1:4: a: the environment variable NOPE is not set (`${NOPE:-default}` gives it a default)"
      ),
    ]
    for (text, expected) in cases { #expect(parse(text).problems == [expected]) }
  }

  @Test func aSyntaxErrorDoesNotHideWhatWasFoundBefore() {
    #expect(parse("a: 1\na: 2\nb: [").problems.count == 2)
  }

  @Test func badBytesAreFound() {
    var diagnostics = DiagnosticList(file: "f")
    _ = YAMLDocument(Array("a: 1\nbé: \u{1}".utf8), environment: [:], diagnostics: &diagnostics)
    #expect(diagnostics.sorted.map(\.mark) == [SourceMark(line: 2, column: 5)])
    var broken = DiagnosticList(file: "f")
    _ = YAMLDocument([97, 58, 32, 0xFF], environment: [:], diagnostics: &broken)
    #expect(broken.sorted.map(\.mark) == [SourceMark(line: 1, column: 4)])
  }

  @Test func anchorsAreValues() {
    #expect(
      render(parse("a: &x {k: 1}\nb: *x").root)
        == "{a@1.1={k@1.8=1:integer@1.11} b@2.1={k@1.8=1:integer@1.11}}")
  }

  @Test func laughterIsBounded() {
    var text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for level in 1...20 {
      text +=
        "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
        + "]\n"
    }
    let problems = parse(text).problems
    #expect(problems.count == 1)
    #expect(problems.first?.hasSuffix("aliases write out to more than 100000 nodes") == true)
  }

  @Test func depthIsBounded() {
    #expect(parse(String(repeating: "[", count: 64) + String(repeating: "]", count: 64)).problems == [])
    let deep = parse(String(repeating: "[", count: 5_000)).problems
    #expect(deep == ["f:1:65: nested deeper than 64 levels"])
    #expect(!parse(String(repeating: "? ", count: 500)).problems.isEmpty)
  }

  @Test func scalarsExpandButKeysDoNot() {
    let (root, problems) = parse(
      "${K}: ${V}\nb: '${V:-x}y'\nc: $${V}\nd: ${E:-}", environment: ["V": "7", "K": "no"])
    #expect(problems == [])
    #expect(
      render(root) == "{${K}@1.1=7:integer@1.7 b@2.1=7y:string@2.4 c@3.1=${V}:string@3.4 d@4.1=:null@4.4}")
  }

  @Test func tagsChooseStrings() {
    #expect(render(parse("a: !!str 1").root) == "{a@1.1=1:string@1.4}")
  }
}
