import Primitives
import Testing

@testable import apus

@Suite struct DemoSummaryTests {
  private func text(columns: Int) -> [String] {
    let reading = Readings.at(4) { flaky in
      flaky = Readings.service(
        "flaky", requests: 1_234_567, successes: 1_000_000, retries: 123_456, refused: 23_456, openings: 12)
    }
    return DemoSummary.lines(
      reading, length: .seconds(10), verdict: DemoVerdict(reading, clients: [:], complete: false),
      columns: columns
    ).prefix { !$0.rendered(columns: .max, colours: false).contains("should be") }
      .map { $0.rendered(columns: .max, colours: false) }
  }

  @Test(arguments: [40, 53, 54, 60, 79, 80, 200])
  func theTableFitsTheTerminal(_ columns: Int) throws {
    let lines = text(columns: columns)
    #expect(lines.allSatisfy { $0.count <= columns })
    let flaky = try #require(lines.first { $0.hasPrefix(" flaky") })
    #expect(flaky.contains(" 1 234 567 1000000 234 567"))
    #expect(flaky.contains("123 456") == (columns >= 54) && flaky.contains("2.00 ms") == (columns >= 80))
  }
}
