internal import Policy
internal import Primitives
internal import Telemetry

/// The last ten seconds of readings, for rates and latencies as they are now, and what happened on the way.
struct DemoHistory {
  struct Event: Equatable {
    var time: MonotonicTime
    var text: String
    var style: Style
  }

  private static let length = 40
  private static let eventsKept = 6

  let start: MonotonicTime
  private(set) var readings: [DemoReading] = []
  private(set) var events: [Event] = []

  init(start: MonotonicTime) { self.start = start }

  /// Takes a reading in, a quarter of a second after the one before. Returns what has happened since.
  @discardableResult
  mutating func add(_ reading: DemoReading) -> [Event] {
    let news = readings.last.map { Self.events(from: $0, to: reading) } ?? []
    readings.append(reading)
    if readings.count > Self.length + 1 { readings.removeFirst() }
    events = Array((events + news).suffix(Self.eventsKept))
    return news
  }

  var latest: DemoReading? { readings.last }

  /// Requests a second over the last two seconds.
  func rate(_ index: Int) -> Double {
    guard let last = readings.last, let first = readings.suffix(9).first, last.time > first.time else {
      return 0
    }
    let count = last.services[index].requests &- first.services[index].requests
    return Double(count) / (last.time - first.time).seconds
  }

  /// Durations over all that is kept.
  func durations(_ index: Int) -> Histogram {
    guard let last = readings.last, let first = readings.first else { return Histogram() }
    return last.services[index].durations.since(first.services[index].durations)
  }

  /// Requests and failures in each half second, the oldest first.
  func bars(_ index: Int) -> [(requests: UInt64, failures: UInt64)] {
    var bars: [(UInt64, UInt64)] = []
    var at = readings.count - 1
    while at >= 2 {
      let (older, newer) = (readings[at - 2].services[index], readings[at].services[index])
      bars.append((newer.requests &- older.requests, newer.failures &- min(newer.failures, older.failures)))
      at -= 2
    }
    return bars.reversed()
  }

  private static func events(from older: DemoReading, to newer: DemoReading) -> [Event] {
    var events: [Event] = []
    for (before, after) in zip(older.services, newer.services) {
      if after.openings > before.openings {
        events.append(
          Event(
            time: newer.time, text: "\(after.name): too many failures, the breaker opened", style: .red))
      }
      if after.closings > before.closings {
        events.append(
          Event(time: newer.time, text: "\(after.name): all probes passed, the breaker closed", style: .green)
        )
      }
    }
    return events
  }
}
