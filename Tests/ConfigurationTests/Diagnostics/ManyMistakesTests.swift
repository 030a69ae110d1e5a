import Testing

@testable import Configuration

@Suite struct ManyMistakesTests {
  @Test func suggestionsEndWhereTheyWouldTakeTimeByTheSquare() {
    let context = DecodingContext(file: "f")
    let names = (0..<2_000).map { "service\($0)" }
    let hints = (0..<150).map { _ in context.hint(for: "servicex7", among: names) }
    #expect(hints.prefix(100).allSatisfy { $0.hasPrefix(" (did you mean `service") })
    #expect(hints.dropFirst(100).allSatisfy { $0.isEmpty })
    #expect(context.hint(for: "a", among: [], shown: ["b", "c"]) == " (valid: b, c)")
  }

  @Test func everyMistakeIsStillFound() {
    let names = (0..<3_000).map { "- {name: a\($0), endpoints: ['10.0.0.5:80'], lodBalancing: random}\n" }
    let found = diagnostics("services:\n" + names.joined())
    #expect(found.count == 3_000)
    #expect(found.last?.hasPrefix("f:3001:") == true)
  }
}
