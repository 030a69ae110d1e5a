import Mesh
import Policy
import Primitives
import Testing

@Suite struct ServiceTests {
  private func list(_ balancing: Balancing, weights: [Int]) -> EndpointList {
    var settings = ServiceSettings()
    settings.balancing = balancing
    return EndpointList(
      Service(index: 0, name: "a", settings: settings, state: ServiceState()),
      weights.enumerated().map { index, weight in
        Endpoint(
          index: StableNumber(index), address: address(UInt8(index)), weight: weight, zone: "z",
          state: EndpointState())
      })
  }

  @Test func itsEndpointsAreTheSetThatABalancerChoosesFrom() {
    let service = list(.roundRobin, weights: [3, 1])
    #expect(service.count == 2)
    #expect([service.weight(0), service.weight(1)] == [3, 1])
    service.endpoints[1].state.active.increment()
    #expect([service.active(0), service.active(1)] == [0, 1])
    #expect(service.isAvailable(0))
    var random = Random(seed: 1)
    var balancer = Balancer(service.service.settings.balancing, over: service)
    let picks = (0..<8).compactMap { _ in balancer.pick(service, random: &random) }
    #expect(picks.count { $0 == 0 } == 6 && picks.count { $0 == 1 } == 2)
  }

  /// Two workers, each with a balancer of its own, see each other's requests.
  @Test func leastRequestCountsOverAllWorkers() throws {
    let service = list(.leastRequest, weights: [1, 1, 1])
    var random = Random(seed: 1)
    var workers = [Balancer(.leastRequest, over: service), Balancer(.leastRequest, over: service)]
    for request in 0..<300 {
      let picked = try #require(workers[request % 2].pick(service, random: &random))
      service.endpoints[picked].state.active.increment()
      let loads = service.endpoints.map { $0.state.active.value }
      #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 1)
    }
  }

  @Test func defaultsAreTheFields() {
    let service = list(.random, weights: []).service
    #expect(service.connectTimeout == .seconds(5))
    #expect(service.idleTimeout == .seconds(60))
    let limits = ServiceLimits()
    #expect([limits.connections, limits.pending, limits.requests, limits.retries] == [1024, 1024, 1024, 3])
    #expect(service.state.breaker == nil)
  }
}
