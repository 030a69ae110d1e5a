internal import Primitives
internal import Telemetry

/// What is left on the screen when the demo has ended.
enum DemoSummary {
  static func lines(_ reading: DemoReading, length: Interval, verdict: DemoVerdict) -> [StyledLine] {
    var heading = StyledLine()
    heading.add(" service", .dim, column: 10)
    for title in ["requests", "ok", "failed", "retries"] { heading.add(title, .dim, column: 10, .right) }
    heading.add("refused", .dim, column: 10, .right)
    heading.add("opened", .dim, column: 9, .right)
    heading.add("p50", .dim, column: 10, .right)
    heading.add("p99", .dim, column: 10, .right)
    var title = StyledLine(" apus demo", .title)
    title.add(": \(DemoNumbers.tenths(length.seconds)) s of traffic")
    return [StyledLine(), title, StyledLine(), heading] + reading.services.map(row) + [StyledLine()]
      + judgement(verdict)
  }

  private static func row(_ service: DemoReading.Service) -> StyledLine {
    var line = StyledLine()
    line.add(" \(service.name)", .bold, column: 10)
    for number in [service.requests, service.successes, service.failures, service.retries, service.refused] {
      line.add(DemoNumbers.grouped(number), column: 10, .right)
    }
    line.add("\(service.openings)×", column: 9, .right)
    line.add(DemoNumbers.duration(service.durations.quantile(0.5)), column: 10, .right)
    line.add(DemoNumbers.duration(service.durations.quantile(0.99)), column: 10, .right)
    return line
  }

  private static func judgement(_ verdict: DemoVerdict) -> [StyledLine] {
    if verdict.problems.isEmpty { return [StyledLine(" Everything went as it should.", .green)] }
    return verdict.problems.map { StyledLine(" Not as it should be: \($0).", .red) }
  }
}
