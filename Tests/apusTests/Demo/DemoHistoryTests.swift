import Policy
import Primitives
import Telemetry
import Testing

@testable import apus

@Suite struct DemoHistoryTests {
  @Test func ratesAreThoseOfTheLastTwoSeconds() {
    #expect(Readings.history(0).rate(0) == 0)
    #expect(Readings.history(4).rate(0) == 40)
    #expect(Readings.history(100).rate(1) == 40)
  }

  @Test func durationsAreThoseOfTheLastTenSeconds() throws {
    let history = Readings.history(100)
    #expect(history.readings.count == 41)
    #expect(history.durations(0).count == 400)
    let median = try #require(history.durations(0).quantile(0.5))
    #expect(1.8e6...2.2e6 ~= median)
  }

  @Test func barsAreHalfSeconds() {
    #expect(Readings.history(1).bars(0).isEmpty)
    let bars = Readings.history(100).bars(0)
    #expect(bars.count == 20)
    #expect(bars.allSatisfy { $0 == (20, 0) })
  }

  @Test func tellsWhatTheBreakerDid() {
    var history = Readings.history(1)
    #expect(history.add(Readings.at(2)).isEmpty)
    #expect(history.add(Readings.at(3) { $0.openings = 1 }).map(\.style) == [.red])
    #expect(history.add(Readings.at(4) { ($0.openings, $0.closings) = (1, 1) }).map(\.style) == [.green])
    #expect(history.events.count == 2)
    for quarter in 5..<30 { history.add(Readings.at(quarter) { $0.openings = quarter }) }
    #expect(history.events.count == 6)
  }
}
