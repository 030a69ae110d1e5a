import Policy
import Primitives
import Testing

@testable import apus

@Suite struct DemoViewTests {
  private func text(_ history: DemoHistory, columns: Int, rows: Int = 40) -> [String] {
    DemoView(history: history, proxy: "127.0.0.1:8080", admin: "127.0.0.1:9901")
      .lines(columns: columns, rows: rows).map { $0.rendered(columns: columns, colours: false) }
  }

  @Test(arguments: [10, 40, 79, 80, 91, 92, 110, 300])
  func fitsTheTerminal(_ columns: Int) {
    for rows in [1, 2, 10, 50] {
      let lines = text(Readings.history(50), columns: columns, rows: rows)
      #expect(lines.allSatisfy { $0.count <= columns })
      #expect(lines.count <= rows)
    }
  }

  @Test func showsEveryService() throws {
    let lines = text(Readings.history(50), columns: 110)
    let row = try #require(lines.first { $0.hasPrefix(" reports ") })
    #expect(row.contains("40.0") && row.contains("500") && row.contains("2.00 ms"))
    #expect(row.contains("████████████████████"))
    #expect(lines.contains { $0.contains("curl -i http://127.0.0.1:8080/flaky") })
    #expect(lines.contains { $0.contains("http://127.0.0.1:9901/metrics") })
  }

  @Test(arguments: [(60, 17), (60, 20), (80, 24), (200, 50)])
  func whatMattersMostIsThereAtEverySize(_ columns: Int, _ rows: Int) {
    var history = DemoHistory(start: MonotonicTime(nanoseconds: 0))
    for quarter in 0...40 {
      history.add(
        Readings.at(quarter) {
          $0.openings = (quarter + 1) / 2
          $0.closings = quarter / 2
          $0.endpoints = (1...5).map { .init(address: "127.0.0.1:\($0)", requests: 10, failures: 2) }
        })
    }
    let lines = text(history, columns: columns, rows: rows)
    #expect(lines.filter { $0.hasPrefix(" flaky ") && $0.contains("127.0.0.1:") }.count == 5)
    #expect(lines.contains { $0.contains("curl -i http://127.0.0.1:8080/flaky") } == (rows > 17))
    #expect(lines.contains { $0.hasPrefix(" what happened") })
    #expect(lines.last?.contains("the breaker closed") == true)
    #expect(lines.count == min(rows, 29))
  }

  @Test func failuresShowWithoutColours() throws {
    var history = Readings.history(3)
    history.add(Readings.at(4) { $0.endpoints[0].failures = 20 })
    let row = try #require(text(history, columns: 80).first { $0.hasPrefix(" flaky ") && $0.contains("▒") })
    #expect(row.count <= 80 && row.contains("█▒"))
  }

  @Test(arguments: [(BreakerState.closed, "closed"), (.open, "OPEN"), (.halfOpen, "half-open")])
  func showsTheBreaker(_ state: BreakerState, word: String) throws {
    var history = Readings.history(3)
    history.add(Readings.at(4) { $0.breaker = state })
    let row = try #require(text(history, columns: 110).first { $0.hasPrefix(" flaky ") })
    #expect(row.contains(word))
    // What stands behind the state keeps its place, whatever the state.
    let closed = try #require(text(Readings.history(4), columns: 110).first { $0.hasPrefix(" flaky ") })
    #expect(row.count == closed.count)
  }

  @Test func coloursAreOnlyThereWhereWanted() {
    let line = StyledLine("a", .red)
    #expect(line.rendered(columns: 5, colours: true) == "\u{1B}[31ma\u{1B}[0m")
    #expect(line.rendered(columns: 5, colours: false) == "a")
    #expect(line.rendered(columns: 0, colours: true).isEmpty)
  }

  @Test(arguments: [
    (0.0, "0 µs"), (412_300, "412 µs"), (1_254_000, "1.25 ms"), (9_090_000, "9.09 ms"),
    (18_260_000, "18.3 ms"),
    (1_260_000_000, "1.3 s"),
  ])
  func writesDurations(_ nanoseconds: Double, text: String) {
    #expect(DemoNumbers.duration(nanoseconds) == text)
  }

  @Test func writesNumbers() {
    #expect(DemoNumbers.duration(nil) == "–")
    #expect([0, 999, 1000, 1_234_567].map { DemoNumbers.grouped($0) } == ["0", "999", "1 000", "1 234 567"])
    #expect(DemoNumbers.tenths(9.96) == "10.0")
    #expect(DemoNumbers.clock(.seconds(67)) == "1:07")
  }
}
