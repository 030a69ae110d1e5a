import Policy
import Primitives
import Testing

@Suite struct CircuitBreakerModelTests {
  /// Long random lives of a breaker beside its model: same answers, same states, same counts.
  @Test(arguments: 0..<40 as Range<UInt64>) func behavesAsItsModel(_ seed: UInt64) {
    var random = Random(seed: seed)
    let settings = CircuitBreaker.Settings(
      failureRate: [0.25, 0.5, 0.75][random.next(below: 3)], minimumRequests: 1 + random.next(below: 12),
      window: .seconds(1), openFor: .milliseconds(500), halfOpenRequests: 1 + random.next(below: 4))
    let breaker = CircuitBreaker(settings)
    var model = BreakerModel(settings: settings)
    var underway: [(Admission, BreakerModel.Ticket)] = []
    var now = at(ms: Int64(random.next(below: 100_000)))
    var failing = false
    for step in 0..<4_000 {
      now = now + .milliseconds(Int64(random.next(below: random.next(below: 50) == 0 ? 1_500 : 30)))
      if random.next(below: 100) == 0 { failing.toggle() }
      if underway.isEmpty || (underway.count < 12 && random.next(below: 2) == 0) {
        let admission = breaker.admit(now: now)
        let ticket = model.admit(now)
        #expect(admission.kind == ticket.kind, "step \(step)")
        if admission.kind != ticket.kind { return }
        if admission.isAdmitted { underway.append((admission, ticket)) }
      } else {
        let (admission, ticket) = underway.remove(at: random.next(below: underway.count))
        switch random.next(below: 10) {
        case 0:
          breaker.cancel(admission)
          model.cancel(ticket)
        case 1: break  // Never reported.
        default:
          let success = random.next(below: 10) < (failing ? 1 : 9)
          breaker.record(admission, success: success, now: now)
          model.record(ticket, success: success, now)
        }
      }
      #expect(breaker.state == model.state.kind, "step \(step)")
      if breaker.state != model.state.kind { return }
      if case .closed(let outcomes) = model.state {
        let slice = now.nanoseconds / 100_000_000
        let counted = outcomes.filter { $0.slice > slice - 10 }
        let (failures, total) = breaker.counted(now: now)
        #expect(total == counted.count && failures == counted.count { $0.failed }, "step \(step)")
      }
    }
    #expect(breaker.transitions(to: .halfOpen) > 0)
    #expect(
      BreakerState.allCases.map { breaker.transitions(to: $0) }.reduce(0, +) == model.generation)
  }
}
