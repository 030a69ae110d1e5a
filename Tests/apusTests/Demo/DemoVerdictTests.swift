import Policy
import Primitives
import Testing

@testable import apus

@Suite struct DemoVerdictTests {
  private let clients: [String: DemoTally.Counts] = [
    "web": .init(successes: 90), "reports": .init(successes: 90), "flaky": .init(successes: 60, failures: 30),
  ]

  private func reading(_ change: (inout [DemoReading.Service]) -> Void = { _ in }) -> DemoReading {
    var services = [
      Readings.service("web"), Readings.service("reports"),
      Readings.service(
        "flaky", successes: 70, breaker: .closed, retries: 5, refused: 9, openings: 1, closings: 1),
    ]
    change(&services)
    return DemoReading(time: MonotonicTime(nanoseconds: 0), services: services)
  }

  @Test func nothingIsWrongWhereEverythingWasSeen() {
    #expect(DemoVerdict(reading(), clients: clients, complete: true).problems.isEmpty)
  }

  @Test func wantsToSeeEverythingInAFullRun() {
    let changes: [(inout DemoReading.Service) -> Void] = [
      { $0.retries = 0 }, { $0.openings = 0 }, { $0.refused = 0 }, { $0.closings = 0 },
    ]
    let problems = [
      "nothing was retried", "the breaker of flaky never opened", "the open breaker of flaky refused nothing",
      "the breaker of flaky did not close again",
    ]
    for (change, problem) in zip(changes, problems) {
      let reading = reading { change(&$0[2]) }
      #expect(DemoVerdict(reading, clients: clients, complete: true).problems == [problem])
      #expect(DemoVerdict(reading, clients: clients, complete: false).problems.isEmpty)
    }
  }

  @Test(arguments: [
    (DemoTally.Counts(), "no request to web succeeded"),
    (.init(successes: 5, failures: 1), "1 requests to web failed"),
    (.init(successes: 5, broken: 2), "2 requests to web got no answer"),
    (.init(successes: 101), "the proxy counts fewer requests to web than its clients had answered"),
  ])
  func wantsTrafficToFlow(_ counts: DemoTally.Counts, problem: String) {
    var clients = clients
    clients["web"] = counts
    #expect(DemoVerdict(reading(), clients: clients, complete: false).problems == [problem])
  }
}
