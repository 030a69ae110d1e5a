internal import Policy
internal import Primitives
internal import Telemetry

/// Draws the demo: pure, a history in and lines out.
struct DemoView {
  let history: DemoHistory
  /// Where to reach the proxy and the admin server, `host:port`.
  let proxy: String
  let admin: String?

  private static let blocks = Array("▁▂▃▄▅▆▇█")

  /// As many lines as fit: where rows are few, the suggestions shrink first, then the events go. The narrower the
  /// terminal, the fewer columns.
  func lines(columns: Int, rows: Int) -> [StyledLine] {
    guard let reading = history.latest else { return [] }
    var lines = [header(reading, columns), rule(columns), heading(columns)]
    lines += reading.services.indices.map { row(reading.services[$0], $0, columns) }
    lines += [StyledLine()] + reading.services.flatMap { endpoints($0, columns) }
    // With the short ones one event is enough: an empty line, the title and it.
    let suggestions = [(self.suggestions(reading), least: 4), (shortSuggestions, least: 3)].first {
      lines.count + 1 + $0.0.count + $0.least <= rows
    }
    if let suggestions { lines += [StyledLine()] + suggestions.0 }
    let room = rows - lines.count - 2
    if room > 0 { lines += [StyledLine()] + events(room) }
    return Array(lines.prefix(max(1, rows)))
  }

  private func header(_ reading: DemoReading, _ columns: Int) -> StyledLine {
    let total = reading.services.indices.reduce(0.0) { $0 + history.rate($1) }
    var line = StyledLine(" apus demo", .title)
    line.add("  \(DemoNumbers.clock(reading.time - history.start))  ")
    line.add("\(DemoNumbers.tenths(total)) requests/s", .bold)
    let hint = "Ctrl-C ends "
    if line.width + hint.count + 2 <= columns {
      line.add(String(repeating: " ", count: columns - line.width - hint.count))
      line.add(hint, .dim)
    }
    return line
  }

  private func rule(_ columns: Int) -> StyledLine { StyledLine(String(repeating: "─", count: columns), .dim) }

  // MARK: The table

  private func heading(_ columns: Int) -> StyledLine {
    var line = StyledLine()
    line.add(" service", .dim, column: 10)
    line.add("req/s", .dim, column: 8, .right)
    line.add("ok", .dim, column: 9, .right)
    line.add("failed", .dim, column: 8, .right)
    line.add("retries", .dim, column: 9, .right)
    line.add("   breaker", .dim, column: 14)
    if columns >= 80 {
      line.add("p50", .dim, column: 10, .right)
      line.add("p99", .dim, column: 10, .right)
    }
    if columns >= 92 { line.add("  last 10 s", .dim) }
    return line
  }

  private func row(_ service: DemoReading.Service, _ index: Int, _ columns: Int) -> StyledLine {
    var line = StyledLine()
    line.add(" \(service.name)", .bold, column: 10)
    line.add(DemoNumbers.tenths(history.rate(index)), column: 8, .right)
    line.add(DemoNumbers.grouped(service.successes), .green, column: 9, .right)
    line.add(DemoNumbers.grouped(service.failures), service.failures > 0 ? .red : .dim, column: 8, .right)
    line.add(DemoNumbers.grouped(service.retries), service.retries > 0 ? .yellow : .dim, column: 9, .right)
    line.add("   ")
    addBreaker(service.breaker, to: &line)
    if columns >= 80 {
      let durations = history.durations(index)
      line.add(DemoNumbers.duration(durations.quantile(0.5)), .cyan, column: 10, .right)
      line.add(DemoNumbers.duration(durations.quantile(0.99)), .cyan, column: 10, .right)
    }
    if columns >= 92 {
      line.add("  ")
      addBars(index, room: min(20, columns - line.width - 1), to: &line)
    }
    return line
  }

  private func addBreaker(_ state: BreakerState?, to line: inout StyledLine) {
    switch state {
    case .closed: line.add("● closed", .green, column: 11)
    case .open: line.add(" OPEN ", .alarm, column: 6)
    case .halfOpen: line.add(" half-open ", .warning, column: 11)
    case nil: line.add("none", .dim, column: 11)
    }
    if state == .open { line.add("", column: 5) }
  }

  /// One block for each half second, red where more than a fifth failed.
  private func addBars(_ index: Int, room: Int, to line: inout StyledLine) {
    let bars = history.bars(index).suffix(room)
    let most = max(1, bars.map(\.requests).max() ?? 1)
    for bar in bars {
      let height = bar.requests == 0 ? 0 : Int(bar.requests * 7 / most)
      let style: Style = bar.failures * 5 > bar.requests ? .red : bar.failures > 0 ? .yellow : .green
      line.add(String(Self.blocks[height]), style)
    }
  }

  // MARK: Below the table

  private func suggestions(_ reading: DemoReading) -> [StyledLine] {
    var lines = [StyledLine(" try it from another terminal", .dim)]
    for url in DemoView.urls(reading, proxy: proxy, admin: admin) {
      var line = StyledLine("   curl ", .dim)
      line.add(url)
      lines.append(line)
    }
    return lines
  }

  private var shortSuggestions: [StyledLine] {
    var urls = [("try", "-i http://\(proxy)\(DemoBehaviour.flaky.path)")]
    if let admin { urls.append(("see", "http://\(admin)/services")) }
    return urls.map { word, url in
      var line = StyledLine(" \(word)  curl ", .dim)
      line.add(url)
      return line
    }
  }

  /// What is worth asking for.
  static func urls(_ reading: DemoReading, proxy: String, admin: String?) -> [String] {
    reading.services.map { "-i http://\(proxy)\(DemoBehaviour(rawValue: $0.name)?.path ?? "/")" }
      + (admin.map { ["http://\($0)/services", "http://\($0)/metrics"] } ?? [])
  }

  private func events(_ room: Int) -> [StyledLine] {
    var lines = [StyledLine(" what happened", .dim)]
    for event in history.events.suffix(room) {
      var line = StyledLine("   \(DemoNumbers.clock(event.time - history.start))  ", .dim)
      line.add(event.text, event.style)
      lines.append(line)
    }
    if history.events.isEmpty { lines.append(StyledLine("   nothing yet", .dim)) }
    return lines
  }

  /// How a service's attempts were spread.
  private func endpoints(_ service: DemoReading.Service, _ columns: Int) -> [StyledLine] {
    let most = max(1, service.endpoints.map(\.requests).max() ?? 1)
    let room = max(0, min(40, columns - 41))
    return service.endpoints.map { endpoint in
      var line = StyledLine()
      line.add(" \(service.name)", .dim, column: 10)
      line.add(endpoint.address, column: 20)
      line.add(DemoNumbers.grouped(endpoint.requests), column: 9, .right)
      line.add(" ")
      let length = Int(endpoint.requests) * room / Int(most)
      let failed = Int(endpoint.failures) * room / Int(most)
      line.add(String(repeating: "█", count: length - min(length, failed)), .blue)
      // Another pattern, for those without colours.
      line.add(String(repeating: "▒", count: min(length, failed)), .red)
      return line
    }
  }
}
