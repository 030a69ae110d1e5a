/// Whether the demo showed what it is there to show. What it did not is a sentence each.
struct DemoVerdict {
  let problems: [String]

  /// - Parameter complete: the demo ran long enough to have seen everything once.
  init(_ reading: DemoReading, clients: [String: DemoTally.Counts], complete: Bool) {
    var problems: [String] = []
    for service in reading.services {
      let counts = clients[service.name] ?? DemoTally.Counts()
      if counts.successes == 0 { problems.append("no request to \(service.name) succeeded") }
      if counts.broken > 0 { problems.append("\(counts.broken) requests to \(service.name) got no answer") }
      // More may have come from somebody who tried the URLs.
      if service.requests < UInt64(counts.successes + counts.failures) {
        problems.append("the proxy counts fewer requests to \(service.name) than its clients had answered")
      }
      if service.name != DemoBehaviour.flaky.rawValue && counts.failures > 0 {
        problems.append("\(counts.failures) requests to \(service.name) failed")
      }
    }
    if complete, let flaky = reading.services.first(where: { $0.name == DemoBehaviour.flaky.rawValue }) {
      if flaky.retries == 0 { problems.append("nothing was retried") }
      if flaky.openings == 0 { problems.append("the breaker of \(flaky.name) never opened") }
      if flaky.refused == 0 { problems.append("the open breaker of \(flaky.name) refused nothing") }
      if flaky.closings == 0 { problems.append("the breaker of \(flaky.name) did not close again") }
    }
    self.problems = problems
  }
}
