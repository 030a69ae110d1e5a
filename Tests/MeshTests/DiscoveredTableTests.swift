import Mesh
import Primitives
import Testing

@Suite struct DiscoveredTableTests {
  private let reference = ServiceReference.dns(DNSReference(name: "orders", port: 80))
  private let one = DiscoveredEndpoint(address: .v4(address: 1, port: 80))
  private let two = DiscoveredEndpoint(address: .v4(address: 2, port: 80), weight: 3, zone: "a")
  private let ending = DiscoveredEndpoint(address: .v4(address: 3, port: 80), unused: .terminating)

  private func at(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

  @Test func tellsWhetherSomethingHasChanged() {
    let table = DiscoveredTable()
    #expect(table[reference] == nil)
    #expect(table.tell([one], for: reference, now: at(1)))
    #expect(!table.tell([one], for: reference, now: at(2)))
    #expect(table[reference]?.changed == at(1))
    #expect(table.tell([one, two], for: reference, now: at(3)))
    #expect(table[reference]?.changed == at(3))
    #expect(table.tell([], for: reference, now: at(4)))
    #expect(table[reference]?.endpoints == [])
  }

  @Test func whatIsLeftOverHoldsUntilASourceSaysSomething() {
    let table = DiscoveredTable()
    table.recall([one], for: reference, changed: at(1), savedAt: at(3))
    #expect(table[reference]?.savedAt == at(3) && table.savedAt(of: .dns) == at(3))
    #expect(table.savedAt(of: .etcd) == nil)
    // Known for as long as the list is.
    let (states, service) = (StateStore(), StateStore().service("orders"))
    #expect(table.list(service, reference, states).endpoints[0].state.since == at(1))
    // It is the same, but confirmed.
    #expect(table.tell([one], for: reference, now: at(9)))
    #expect(
      table[reference]?.isLeftOver == false && table.savedAt(of: .dns) == nil
        && table[reference]?.changed == at(1))
    table.recall([two], for: reference, changed: at(2), savedAt: at(3))
    #expect(table[reference]?.endpoints == [one])
  }

  @Test func forgetsWhatNobodyAsksFor() {
    let table = DiscoveredTable()
    _ = table.tell([one], for: reference, now: at(1))
    table.keep([reference])
    #expect(table[reference] != nil)
    table.keep([])
    #expect(table[reference] == nil)
  }

  @Test func listsWhatTakesRequestsAndKeepsWhatDoesNotApart() {
    let (table, states) = (DiscoveredTable(), StateStore())
    let service = states.service("orders")
    let unknown = table.list(service, reference, states)
    #expect(unknown.endpoints.isEmpty && unknown.discovery?.isKnown == false)
    _ = table.tell([one, ending, two], for: reference, now: at(1))
    let list = table.list(service, reference, states)
    #expect(list.endpoints.map(\.address) == [one.address, two.address])
    #expect(list.endpoints.map(\.weight) == [1, 3] && list.endpoints[1].zone == "a")
    #expect(list.discovery?.isKnown == true && list.discovery?.unused.map(\.endpoint) == [ending])
    // What stays is the same endpoint to whoever counts for it.
    _ = table.tell([two], for: reference, now: at(2))
    let next = table.list(service, reference, states)
    #expect(next.endpoints[0].state === list.endpoints[1].state)
    #expect(next.endpoints[0].index == list.endpoints[1].index)
  }

  @Test func aSnapshotFollowsWithOtherEndpoints() {
    let states = StateStore()
    let services = ["a", "b"].map { states.service($0) }
    let other = ServiceReference.etcd(EtcdReference(prefix: "/b/"))
    let first = MeshSnapshot(
      version: 1, settings: MeshSettings(), listeners: [], routes: RouteTable([]),
      endpointLists: [
        states.discovered.list(services[0], reference, states),
        states.discovered.list(services[1], other, states),
      ], numbering: states.numbering)
    #expect(first.references == [reference: [0], other: [1]])
    _ = states.discovered.tell([one], for: other, now: at(1))
    let list = states.discovered.list(services[1], other, states)
    let next = MeshSnapshot(first, version: 2, replacing: [1: list], numbering: states.numbering)
    #expect(next.endpointLists[0] === first.endpointLists[0] && next.endpointLists[1] === list)
    #expect(next.services[1] === first.services[1] && next.version == 2)
    #expect(next.numbering.endpoints.changed(since: first.numbering.endpoints) == [0])
  }
}
