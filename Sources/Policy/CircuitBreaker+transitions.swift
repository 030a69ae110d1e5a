public import Primitives
internal import Synchronization

extension CircuitBreaker {
  internal var current: BreakerPhase { BreakerPhase(word: phase.load(ordering: .acquiring)) }

  /// Replaces the phase where it is still `seen`.
  internal func move(_ seen: BreakerPhase, to next: BreakerPhase) -> Bool {
    phase.compareExchange(expected: seen.word, desired: next.word, ordering: .acquiringAndReleasing).exchanged
  }

  /// `move` into another state, as a new generation.
  private func transition(_ seen: BreakerPhase, to state: BreakerState, underway: Int = 0, now: MonotonicTime)
    -> Bool
  {
    let next = BreakerPhase(state, generation: seen.generation &+ 1, underway: underway)
    guard move(seen, to: next) else { return false }
    changed.store(now.nanoseconds, ordering: .relaxed)
    switch state {
    case .open: openings.add(1, ordering: .relaxed)
    case .halfOpen: halfOpenings.add(1, ordering: .relaxed)
    case .closed: closings.add(1, ordering: .relaxed)
    }
    return true
  }

  internal func counter(of state: BreakerState) -> Int {
    switch state {
    case .open: openings.load(ordering: .relaxed)
    case .halfOpen: halfOpenings.load(ordering: .relaxed)
    case .closed: closings.load(ordering: .relaxed)
    }
  }

  /// `admit` where the breaker was not closed.
  @usableFromInline
  internal func admitUnlessOpen(now: MonotonicTime) -> Admission {
    while true {
      let seen = current
      switch seen.state {
      case .closed:
        return Admission(.closed, generation: seen.generation)
      case .open:
        guard isExpired(now: now) else { return Admission(.open, generation: seen.generation) }
        extendDeadline(now: now)
        if transition(seen, to: .halfOpen, underway: 1, now: now) {
          return Admission(.probe, generation: seen.generation &+ 1, beginsProbing: true)
        }
      case .halfOpen:
        let next: BreakerPhase
        if seen.underway + seen.successes < probes {
          next = seen.with(underway: seen.underway + 1)
        } else if isExpired(now: now) {
          next = seen.with(round: seen.round &+ 1, underway: 1)
        } else {
          return Admission(.open, generation: seen.generation)
        }
        extendDeadline(now: now)
        if move(seen, to: next) {
          return Admission(.probe, round: next.round, generation: next.generation)
        }
      }
    }
  }

  /// Whether this outcome opened it.
  internal func count(_ admission: Admission, success: Bool, now: MonotonicTime) -> Bool {
    let closed = BreakerPhase(.closed, generation: admission.generation)
    let counted = window.add(failed: !success, now: now, generation: admission.generation) {
      current == closed
    }
    if success || !counted { return false }
    let sum = window.sum(now: now, generation: admission.generation)
    guard sum.total >= settings.minimumRequests, sum.failures * 1_000_000 >= sum.total * millionths else {
      return false
    }
    extendDeadline(now: now)
    return transition(closed, to: .open, now: now)
  }

  /// Whether this probe closed it.
  internal func probeSucceeded(_ admission: Admission, now: MonotonicTime) -> Bool {
    while true {
      let seen = current
      guard seen.state == .halfOpen, seen.generation == admission.generation else { return false }
      if seen.successes + 1 >= probes {
        if transition(seen, to: .closed, now: now) { return true }
      } else {
        extendDeadline(now: now)
        // One that was given up for lost has no place to free, but its success counts.
        let freed = seen.round == admission.round && seen.underway > 0 ? 1 : 0
        if move(seen, to: seen.with(underway: seen.underway - freed, successes: seen.successes + 1)) {
          return false
        }
      }
    }
  }

  /// Whether this probe opened it again.
  internal func probeFailed(_ admission: Admission, now: MonotonicTime) -> Bool {
    while true {
      let seen = current
      guard seen.state == .halfOpen, seen.generation == admission.generation else { return false }
      extendDeadline(now: now)
      if transition(seen, to: .open, now: now) { return true }
    }
  }

  /// `openFor` from now. It only moves forward, and always before the phase that it holds for: who sees a phase
  /// sees its deadline. A thread that extends it and then loses the race for the phase has done no harm.
  private func extendDeadline(now: MonotonicTime) {
    deadline.max((now + settings.openFor).nanoseconds, ordering: .acquiringAndReleasing)
  }

  private func isExpired(now: MonotonicTime) -> Bool {
    now.nanoseconds >= deadline.load(ordering: .acquiring)
  }
}
