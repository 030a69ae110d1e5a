internal import Primitives

/// Where an exchange's time went: all points on the loop's clock, one reading a turn.
struct ExchangeTimes {
  /// The head's first byte.
  var start = MonotonicTime(nanoseconds: 0)
  /// The request's last byte; the request timeout counts from here.
  var requestEnd = MonotonicTime.distantFuture
  /// The end of the time that the caller gives (`grpc-timeout`).
  var callEnd = MonotonicTime.distantFuture
  /// The present attempt's beginning.
  var attempt = MonotonicTime(nanoseconds: 0)
  /// When the attempt's present phase began.
  private(set) var phase = MonotonicTime(nanoseconds: 0)
  /// The last byte that moved in either direction.
  var progress = MonotonicTime(nanoseconds: 0)
  /// What the receivers had taken when nothing had moved for a while.
  var standstill: Standstill?
  /// The last look at whether the client takes anything, with regard to others who need its place.
  var placeLook: PlaceLook?
  /// When the next attempt begins.
  var backOffUntil = MonotonicTime.distantFuture

  // Sums over all attempts, of phases that are over.
  private(set) var waiting = Interval.zero
  private(set) var connecting = Interval.zero
  private(set) var upstream = Interval.zero
  private(set) var backOff = Interval.zero

  init() {}
  init(start: MonotonicTime) {
    self.start = start
    progress = start
  }

  /// A phase ends and the next one begins.
  mutating func leave(_ ended: Exchange.AttemptPhase, at now: MonotonicTime) {
    let past = now - phase
    phase = now
    switch ended {
    case .queued: waiting = waiting + past
    case .connecting: connecting = connecting + past
    case .active: upstream = upstream + past
    case .backingOff: backOff = backOff + past
    case .none, .tunnel: break
    }
  }
}

/// A look at both receivers while nothing moves.
struct Standstill {
  /// The last movement before it.
  var since: MonotonicTime
  /// Bytes taken by both until then.
  var taken: UInt64
}

/// A look at what a client has taken while something waits for it.
struct PlaceLook {
  var at: MonotonicTime
  var taken: UInt64
}
