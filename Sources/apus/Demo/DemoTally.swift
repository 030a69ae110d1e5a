/// What the demo's own clients have seen, by service.
final class DemoTally {
  struct Counts: Equatable {
    /// 2xx.
    var successes = 0
    /// Any other answer.
    var failures = 0
    /// The connection to the proxy failed or broke off before an answer: that never should happen here.
    var broken = 0

    var total: Int { successes + failures + broken }
  }

  private(set) var services: [String: Counts] = [:]

  func answered(_ service: String, status: Int) {
    if 200..<300 ~= status {
      services[service, default: Counts()].successes += 1
    } else {
      services[service, default: Counts()].failures += 1
    }
  }

  func broke(_ service: String) { services[service, default: Counts()].broken += 1 }
}
