import Policy
import Primitives

/// What a circuit breaker should do, written down as plainly as possible.
struct BreakerModel {
  enum State: Equatable {
    case closed(outcomes: [(slice: Int64, failed: Bool)])
    case open
    case halfOpen(round: Int, underway: Int, successes: Int)

    static func == (a: State, b: State) -> Bool { a.kind == b.kind }
    var kind: BreakerState {
      switch self {
      case .closed: .closed
      case .open: .open
      case .halfOpen: .halfOpen
      }
    }
  }

  struct Ticket {
    var kind: Admission.Kind
    var generation: Int
    var round = 0
  }

  let settings: CircuitBreaker.Settings
  var state = State.closed(outcomes: [])
  var generation = 0
  var deadline = MonotonicTime(nanoseconds: 0)

  private func slice(_ now: MonotonicTime) -> Int64 { now.nanoseconds / (settings.window.nanoseconds / 10) }

  mutating func move(_ next: State) {
    state = next
    generation += 1
  }

  mutating func admit(_ now: MonotonicTime) -> Ticket {
    switch state {
    case .closed: return Ticket(kind: .closed, generation: generation)
    case .open:
      if now < deadline { return Ticket(kind: .open, generation: generation) }
      move(.halfOpen(round: 0, underway: 1, successes: 0))
      deadline = now + settings.openFor
      return Ticket(kind: .probe, generation: generation)
    case .halfOpen(let round, let underway, let successes):
      if underway + successes < settings.halfOpenRequests {
        state = .halfOpen(round: round, underway: underway + 1, successes: successes)
      } else if now >= deadline {
        state = .halfOpen(round: round + 1, underway: 1, successes: successes)
        deadline = now + settings.openFor
        return Ticket(kind: .probe, generation: generation, round: round + 1)
      } else {
        return Ticket(kind: .open, generation: generation)
      }
      deadline = now + settings.openFor
      return Ticket(kind: .probe, generation: generation, round: round)
    }
  }

  mutating func record(_ ticket: Ticket, success: Bool, _ now: MonotonicTime) {
    guard ticket.generation == generation, ticket.kind != .open else { return }
    switch state {
    case .closed(var outcomes):
      outcomes.append((slice(now), !success))
      outcomes.removeAll { $0.slice <= slice(now) - 10 }
      state = .closed(outcomes: outcomes)
      let failures = outcomes.count { $0.failed }
      let rate = Double(failures) / Double(outcomes.count)
      if !success, outcomes.count >= settings.minimumRequests, rate >= settings.failureRate {
        move(.open)
        deadline = now + settings.openFor
      }
    case .open: break
    case .halfOpen(let round, let underway, let successes):
      if !success {
        move(.open)
      } else if successes + 1 == settings.halfOpenRequests {
        move(.closed(outcomes: []))
      } else {
        let left = ticket.round == round ? underway - 1 : underway
        state = .halfOpen(round: round, underway: left, successes: successes + 1)
      }
      deadline = now + settings.openFor
    }
  }

  mutating func cancel(_ ticket: Ticket) {
    guard ticket.generation == generation, ticket.kind == .probe,
      case .halfOpen(let round, let underway, let successes) = state, ticket.round == round
    else { return }
    state = .halfOpen(round: round, underway: underway - 1, successes: successes)
  }
}
