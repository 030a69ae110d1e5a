internal import Primitives
internal import Telemetry

/// What is left on the screen when the demo has ended.
enum DemoSummary {
  /// One column of the table: its title, its width, and a service's value.
  private struct Column: Sendable {
    let title: String
    let width: Int
    /// It is left out where the terminal is narrower.
    let from: Int
    let value: @Sendable (DemoReading.Service) -> String

    /// A count: without its spaces where it would not fit.
    init(
      _ title: String, width: Int, from: Int = 0, count: @escaping @Sendable (DemoReading.Service) -> UInt64
    ) {
      self.init(title, width: width, from: from) {
        let text = DemoNumbers.grouped(count($0))
        return text.count < width ? text : String(count($0))
      }
    }

    init(
      _ title: String, width: Int, from: Int = 0, _ value: @escaping @Sendable (DemoReading.Service) -> String
    ) {
      self.title = title
      self.width = width
      self.from = from
      self.value = value
    }
  }

  private static let table = [
    Column("requests", width: 10, count: { $0.requests }),
    Column("ok", width: 8, count: { $0.successes }),
    Column("failed", width: 8, count: { $0.failures }),
    Column("retries", width: 9, from: 54, count: { $0.retries }),
    Column("refused", width: 9, from: 54, count: { $0.refused }),
    Column("opened", width: 8, from: 80) { "\($0.openings)×" },
    Column("p50", width: 9, from: 80) { DemoNumbers.duration($0.durations.quantile(0.5)) },
    Column("p99", width: 9, from: 80) { DemoNumbers.duration($0.durations.quantile(0.99)) },
  ]

  static func lines(
    _ reading: DemoReading, length: Interval, verdict: DemoVerdict, columns: Int
  ) -> [StyledLine] {
    let table = self.table.filter { columns >= $0.from }
    var heading = StyledLine()
    heading.add(" service", .dim, column: 9)
    for column in table { heading.add(column.title, .dim, column: column.width, .right) }
    let rows = reading.services.map { service in
      var line = StyledLine()
      line.add(" \(service.name)", .bold, column: 9)
      for column in table { line.add(column.value(service), column: column.width, .right) }
      return line
    }
    var title = StyledLine(" apus demo", .title)
    title.add(": \(DemoNumbers.tenths(length.seconds)) s of traffic")
    return [StyledLine(), title, StyledLine(), heading] + rows + [StyledLine()] + judgement(verdict, reading)
  }

  private static func judgement(_ verdict: DemoVerdict, _ reading: DemoReading) -> [StyledLine] {
    if verdict.problems.isEmpty {
      let flaky = reading.services.first { $0.name == DemoBehaviour.flaky.rawValue }
      return [StyledLine(" Everything went as it should.", .green)] + (flaky.map(reasons) ?? [])
    }
    return verdict.problems.map { StyledLine(" Not as it should be: \($0).", .red) }
  }

  /// Failures that belong to the show.
  private static func reasons(for flaky: DemoReading.Service) -> [StyledLine] {
    if flaky.failures == 0 { return [] }
    return [
      StyledLine(" \(flaky.name) fails on purpose: its failed requests", .dim),
      StyledLine(" were refused by the open breaker,", .dim),
      StyledLine(" or failed when they were retried, too.", .dim),
    ]
  }
}
