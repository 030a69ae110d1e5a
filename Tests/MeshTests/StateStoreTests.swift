import Mesh
import Policy
import Primitives
import Testing

@Suite struct StateStoreTests {
  private let limits = ServiceLimits()

  @Test func theSameServiceKeepsItsCountsAndItsBreaker() {
    let store = StateStore()
    let before = store.service("a", limits: limits, breaker: CircuitBreaker.Settings())
    for limit in [before.connections, before.pending, before.requests, before.retries] {
      #expect(limit.tryAcquire())
    }
    let after = store.service("a", limits: limits, breaker: CircuitBreaker.Settings())
    #expect(
      [after.connections, after.pending, after.requests, after.retries].map(\.current) == [1, 1, 1, 1])
    after.requests.release()
    #expect(before.requests.current == 0)
    #expect(after.breaker === before.breaker)
    #expect(after.breaker != nil)
  }

  @Test func limitsAreNotMixedUp() {
    var limits = ServiceLimits()
    limits.connections = 1
    limits.pending = 2
    limits.requests = 3
    limits.retries = 4
    let store = StateStore()
    for _ in 0..<2 {
      let state = store.service("a", limits: limits, breaker: nil)
      #expect(
        [state.connections, state.pending, state.requests, state.retries].map(\.maximum) == [1, 2, 3, 4])
      #expect([state.connections, state.pending, state.requests, state.retries].map(\.current).max() == 0)
    }
    let state = store.service("a", limits: limits, breaker: nil)
    for (limit, count) in [
      (state.connections, 1), (state.pending, 2), (state.requests, 3), (state.retries, 4),
    ] {
      #expect((0..<9).count { _ in limit.tryAcquire() } == count)
    }
  }

  @Test func changedLimitsHoldForTheSameCount() {
    let store = StateStore()
    let before = store.service("a", limits: limits, breaker: nil)
    for _ in 0..<3 { _ = before.requests.tryAcquire() }
    var lower = limits
    lower.requests = 2
    let after = store.service("a", limits: lower, breaker: nil)
    #expect(!after.requests.tryAcquire())
    // The old snapshot is not disturbed by one that was only built.
    #expect(before.requests.maximum == 1024)
    #expect(before.requests.tryAcquire())
  }

  @Test func aChangedBreakerIsAnotherAndTheOldOneIsFoundAgain() {
    let store = StateStore()
    let usual = CircuitBreaker.Settings()
    let strict = CircuitBreaker.Settings(failureRate: 0.1)
    let before = store.service("a", limits: limits, breaker: usual)
    let other = store.service("a", limits: limits, breaker: strict)
    #expect(other.breaker !== before.breaker)
    #expect(other.breaker?.settings == strict)
    #expect(store.service("a", limits: limits, breaker: usual).breaker === before.breaker)
    #expect(store.service("a", limits: limits, breaker: nil).breaker == nil)
    #expect(store.service("b", limits: limits, breaker: usual).breaker !== before.breaker)
  }

  @Test func servicesAreToldApartByName() {
    let store = StateStore()
    let a = store.service("a", limits: limits, breaker: nil)
    _ = a.requests.tryAcquire()
    #expect(store.service("b", limits: limits, breaker: nil).requests.current == 0)
  }

  @Test func endpointsAreToldApartByServiceAndAddress() {
    let store = StateStore()
    let state = store.endpoint(of: "a", address(1))
    #expect(store.endpoint(of: "a", address(1)) === state)
    #expect(store.endpoint(of: "a", address(2)) !== state)
    #expect(store.endpoint(of: "b", address(1)) !== state)
    #expect(store.endpoint(of: "a", .v4(address: 0x0A00_0001, port: 81)) !== state)
  }

  @Test func forgetsOnlyWhatNoSnapshotUses() throws {
    let store = StateStore()
    let old = snapshot([("a", [1, 2]), ("b", [3])], store, version: 1)
    let new = snapshot([("a", [2, 4])], store, version: 2)
    let kept = old.services[0].endpoints[1].state
    _ = old.services[0].state.requests.tryAcquire()
    _ = old.services[1].state.requests.tryAcquire()

    store.forget(allBut: [old, new])
    let again = snapshot([("a", [1, 2]), ("b", [3])], store, version: 3)
    #expect(zip(again.endpoints, old.endpoints).allSatisfy { $0.state === $1.state })
    #expect(again.services.map(\.state.requests.current) == [1, 1])
    #expect(zip(again.services, old.services).allSatisfy { $0.state.breaker === $1.state.breaker })

    store.forget(allBut: [new])
    let last = snapshot([("a", [1, 2]), ("b", [3])], store, version: 4)
    #expect(last.services[0].endpoints[0].state !== old.services[0].endpoints[0].state)
    #expect(last.services[0].endpoints[1].state === kept)
    #expect(last.services.map(\.state.requests.current) == [1, 0])
    #expect(last.services[0].state.breaker === old.services[0].state.breaker)
    #expect(last.services[1].state.breaker !== old.services[1].state.breaker)
  }
}
