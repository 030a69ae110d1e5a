import Testing

@testable import Configuration

@Suite struct EnvironmentExpansionTests {
  private let expansion = EnvironmentExpansion(["A": "1", "EMPTY": "", "TRICK": "${A}", "long_NAME_2": "x"])

  @Test func asAShellReadsIt() throws {
    let cases = [
      "plain": "plain", "${A}": "1", "a${A}b${A}": "a1b1", "${EMPTY}": "", "${EMPTY:-d}": "d",
      "${NONE:-d}": "d",
      "${A:-d}": "1", "${NONE:-}": "", "${NONE:-a:-b}": "a:-b", "$${A}": "${A}", "$A": "$A", "5$": "5$",
      "$$": "$$",
      "^/x$": "^/x$", "${TRICK}": "${A}", "${long_NAME_2}": "x", "$$${A}": "$${A}",
    ]
    for (text, expected) in cases { #expect(try expansion.expand(text) == expected, "\(text)") }
  }

  @Test func failuresSayWhat() {
    #expect(throws: EnvironmentExpansion.Failure.unset("NONE")) { try expansion.expand("x${NONE}") }
    for text in ["${", "${A", "${}", "${1}", "${A-b}", "${A:b}", "${a b}", "${ä}"] {
      #expect(throws: EnvironmentExpansion.Failure.malformed(text)) { try expansion.expand(text) }
    }
  }
}
