import Testing

@testable import Mesh

@Suite struct RegularExpressionTests {
  private func matches(_ pattern: String, _ bytes: [UInt8]) throws -> Bool {
    var scratch = MatchScratch()
    return try RegularExpression(pattern).matches(bytes.span, scratch: &scratch)
  }

  @Test func theWholeTextMustMatch() throws {
    #expect(try matches("a|ab", Array("ab".utf8)))
    #expect(try !matches("a", Array("ab".utf8)))
    #expect(try !matches("b", Array("ab".utf8)))
    #expect(try !matches("ab$", Array("ab\n".utf8)))
    #expect(try matches("(?i)AB", Array("ab".utf8)))
    #expect(try matches("(a)(b)\\2", Array("abb".utf8)))
  }

  @Test func nothingAndAnyBytes() throws {
    #expect(try matches("", []))
    #expect(try matches("a*", []))
    #expect(try !matches("a+", []))
    #expect(try matches(".*", [0xFF, 0x00, 0x80]))
  }

  @Test func badPatternsSayWhere() {
    #expect(throws: RegularExpression.Failure(offset: 3, message: "missing closing parenthesis")) {
      try RegularExpression("a(b")
    }
    #expect(throws: RegularExpression.Failure.self) {
      try RegularExpression(String(repeating: "a", count: 5_000))
    }
    #expect(throws: RegularExpression.Failure.self) { try RegularExpression("\\C") }
  }

  /// Exponential without the limits: 2⁴⁰ steps.
  @Test func catastrophicPatternsEnd() throws {
    #expect(try !matches("(a+)+b", Array(repeating: 97, count: 40)))
    #expect(try !matches("(*NO_JIT)(a+)+b", Array(repeating: 97, count: 40)))
  }
}
