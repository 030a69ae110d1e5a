import Policy
import Primitives
import Telemetry

@testable import apus

/// Readings and histories for tests.
enum Readings {
  static func service(
    _ name: String, requests: UInt64 = 100, successes: UInt64 = 100, breaker: BreakerState? = nil,
    retries: UInt64 = 0, refused: UInt64 = 0, openings: Int = 0, closings: Int = 0
  ) -> DemoReading.Service {
    var service = DemoReading.Service()
    service.name = name
    service.requests = requests
    service.successes = successes
    service.breaker = breaker
    service.retries = retries
    service.refused = refused
    service.openings = openings
    service.closings = closings
    service.endpoints = [
      .init(address: "127.0.0.1:18081", requests: requests, failures: requests - successes)
    ]
    for _ in 0..<min(requests, 1_000) { service.durations.record(nanoseconds: 2_000_000) }
    return service
  }

  /// The three services after so many quarter seconds, ten requests each in every one.
  static func at(_ quarter: Int, flaky: (inout DemoReading.Service) -> Void = { _ in }) -> DemoReading {
    let count = UInt64(quarter * 10)
    var services = ["web", "reports", "flaky"].map { service($0, requests: count, successes: count) }
    services[2].breaker = .closed
    flaky(&services[2])
    return DemoReading(time: MonotonicTime(nanoseconds: Int64(quarter) * 250_000_000), services: services)
  }

  static func history(_ quarters: Int) -> DemoHistory {
    var history = DemoHistory(start: MonotonicTime(nanoseconds: 0))
    for quarter in 0...quarters { history.add(at(quarter)) }
    return history
  }
}
