internal import Primitives
internal import Reactor

/// One owner's place in the timer wheel. Deadlines move with every request, mostly later: those cost a comparison.
/// The wheel is touched only when a deadline moves before the one scheduled, or when that one fires.
struct LazyTimer {
  private var id: TimerWheel.ID = .none
  private var scheduled: MonotonicTime = .distantFuture

  /// Makes sure that the owner hears at `deadline` at the latest. It may hear earlier, and then asks again.
  mutating func ensure(by deadline: MonotonicTime, _ owner: Token, on loop: EventLoop) {
    if scheduled <= deadline { return }
    if scheduled != .distantFuture { loop.cancel(id) }
    id = loop.schedule(at: deadline, owner.raw)
    scheduled = deadline
  }

  /// To be called first thing when the wheel has fired for the owner.
  mutating func fired() { scheduled = .distantFuture }

  mutating func cancel(on loop: EventLoop) {
    if scheduled != .distantFuture { loop.cancel(id) }
    scheduled = .distantFuture
  }
}
