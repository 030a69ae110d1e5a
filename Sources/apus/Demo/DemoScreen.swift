internal import Primitives

/// Where the demo is shown: drawn in place on a terminal, as lines of text anywhere else.
final class DemoScreen {
  let isLive: Bool
  private let colours: Bool
  private var updates = 0

  init(isLive: Bool, colours: Bool) {
    self.isLive = isLive
    self.colours = colours
  }

  func begin(_ reading: DemoReading, proxy: String, admin: String?) {
    // The alternate screen: what was there before comes back at the end. The cursor is hidden.
    if isLive { return Terminal.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J") }
    Terminal.write("apus demo: three services behind the proxy. Try, while it runs:\n")
    for url in DemoView.urls(reading, proxy: proxy, admin: admin) { Terminal.write("  curl \(url)\n") }
  }

  func update(_ view: DemoView, news: [DemoHistory.Event]) {
    if isLive {
      let size = Terminal.size
      let lines = view.lines(columns: size.columns, rows: size.rows)
      // A full line leaves the cursor on its last character, which must not be erased.
      let text = lines.map { line in
        line.rendered(columns: size.columns, colours: colours)
          + (line.width < size.columns ? "\u{1B}[K" : "")
      }
      Terminal.write("\u{1B}[H" + text.joined(separator: "\r\n") + "\u{1B}[J")
      return
    }
    updates += 1
    for event in news { Terminal.write(progress(view, event.text, at: event.time)) }
    if updates % 8 == 0, let reading = view.history.latest {
      let counts = reading.services.map { "\($0.name) \($0.successes)/\($0.requests)" }
      let retries = reading.services.reduce(0) { $0 + $1.retries }
      let text = counts.joined(separator: ", ") + " succeeded; \(retries) retries"
      Terminal.write(progress(view, text, at: reading.time))
    }
  }

  /// How wide text may be: a file or pipe has no end, but somebody reads it on a terminal later.
  var columns: Int { isLive ? Terminal.size.columns : 80 }

  func end() {
    if isLive { Terminal.write("\u{1B}[?25h\u{1B}[?1049l") }
  }

  func show(_ lines: [StyledLine]) {
    for line in lines { Terminal.write(line.rendered(columns: .max, colours: colours) + "\n") }
  }

  private func progress(_ view: DemoView, _ text: String, at time: MonotonicTime) -> String {
    "  \(DemoNumbers.clock(time - view.history.start))  \(text)\n"
  }
}
