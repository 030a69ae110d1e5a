import Discovery
import Mesh
import Primitives
import Reactor
import Testing

@Suite struct MeshDiscoveryTests {
  /// Tells what the test says.
  private final class ScriptedSource: MeshSource {
    var state: SourceState
    let sink: any MeshSink
    var watched: [Set<ServiceReference>] = []
    var isStopped = false

    init(_ kind: SourceKind, _ sink: any MeshSink) {
      state = SourceState(kind, since: MonotonicTime(nanoseconds: 0))
      self.sink = sink
    }

    func watch(_ references: Set<ServiceReference>) { watched.append(references) }
    func stop() { isStopped = true }
  }

  private final class Made {
    var sources: [ScriptedSource] = []
  }

  private let made = Made()
  private let table = DiscoveredTable()
  private let discovery: MeshDiscovery
  private let orders = ServiceReference.dns(DNSReference(name: "orders", port: 80))
  private let web = ServiceReference.dns(DNSReference(name: "web", port: 80))
  private let carts = ServiceReference.etcd(EtcdReference(prefix: "/carts/"))
  private let stock = ServiceReference.etcd(EtcdReference(prefix: "/stock/"))
  private let one = DiscoveredEndpoint(address: .v4(address: 1, port: 80))

  init() throws {
    let made = made
    discovery = MeshDiscovery(table, on: try EventLoop()) { kind, sink in
      let source = ScriptedSource(kind, sink)
      made.sources.append(source)
      return source
    }
  }

  @Test func makesASourceWhenItIsFirstAsked() {
    discovery.watch([])
    #expect(made.sources.isEmpty && discovery.isComplete)
    discovery.watch([orders])
    #expect(made.sources.map(\.state.kind) == [.dns] && !discovery.isComplete)
    discovery.watch([orders, web, carts])
    #expect(made.sources.map(\.state.kind) == [.dns, .etcd])
    #expect(made.sources[0].watched == [[orders], [orders, web]])
    #expect(discovery.states.map(\.kind) == [.dns, .etcd])
    // One that nobody asks any more hears of it.
    discovery.watch([carts])
    #expect(made.sources[0].watched.last == [])
  }

  @Test func collectsWhatHasChanged() {
    discovery.watch([orders, web])
    discovery.found([one], for: orders)
    #expect(!discovery.isComplete && discovery.unknown == [web])
    discovery.found([], for: web)
    #expect(discovery.isComplete)
    #expect(discovery.takeChanges() == [orders, web])
    discovery.found([one], for: orders)
    #expect(discovery.takeChanges() == [])
  }

  @Test func whatComesTooLateIsNotTaken() {
    discovery.watch([orders])
    discovery.watch([web])
    discovery.found([one], for: orders)
    #expect(discovery.takeChanges() == [] && table[orders] == nil)
  }

  @Test func aSourceThatIsMadeAnewKeepsWhatWasKnown() {
    discovery.watch([orders, carts])
    discovery.found([one], for: orders)
    discovery.restart(.dns)
    #expect(made.sources.count == 3 && made.sources[0].isStopped && !made.sources[1].isStopped)
    #expect(made.sources[2].watched == [[orders]])
    #expect(table[orders]?.endpoints == [one])
  }

  // MARK: What is to be watched next

  /// What is watched goes on, and what is to be watched is no change before.
  @Test func whatIsPreparedIsKnownWhenItIsWatched() {
    discovery.watch([orders])
    discovery.found([one], for: orders)
    #expect(discovery.takeChanges() == [orders])
    discovery.prepare([web, carts])
    #expect(source(.dns)?.watched.last == [orders, web] && source(.etcd)?.watched == [[carts]])
    discovery.found([one], for: web)
    #expect(discovery.isComplete && discovery.knows([web]) && !discovery.knows([web, carts]))
    #expect(discovery.takeChanges() == [])
    discovery.found([other], for: orders)
    discovery.found([], for: carts)
    #expect(discovery.takeChanges() == [orders])
    discovery.watch([web, carts])
    #expect(discovery.isComplete && discovery.takeChanges() == [web, carts])
    #expect(table[orders] == nil && source(.dns)?.watched.last == [web])
  }

  @Test func whatIsNotToComeAfterAllIsForgotten() {
    discovery.watch([orders])
    discovery.prepare([web])
    discovery.found([one], for: web)
    discovery.prepare([])
    #expect(table[web] == nil && source(.dns)?.watched.last == [orders])
    discovery.found([one], for: web)
    #expect(table[web] == nil && discovery.takeChanges() == [])
  }

  /// A source with the settings to come is not asked for what only the present ones mean.
  @Test func aSourceWithOtherSettingsLeavesWhatIsInEffect() {
    discovery.watch([orders, carts])
    discovery.found([one], for: carts)
    discovery.prepare([stock], anew: [.etcd])
    #expect(made.sources[1].isStopped && source(.etcd)?.watched == [[stock]])
    #expect(table[carts]?.endpoints == [one])
    discovery.restart(.etcd)
    #expect(source(.etcd)?.watched == [[stock]])
    discovery.prepare([], anew: [.etcd])
    #expect(source(.etcd)?.watched == [[carts]] && table[carts]?.endpoints == [one])
  }

  // MARK: References that stand for others

  private let shop = ServiceReference.kubernetes(KubernetesReference(namespace: "a", service: "shop"))
  private let other = DiscoveredEndpoint(address: .v4(address: 0x0A00_0002, port: 80))

  private func source(_ kind: SourceKind) -> ScriptedSource? { made.sources.last { $0.state.kind == kind } }

  @Test func aDelegatedReferenceIsWhatTheOtherOneIs() {
    discovery.watch([shop])
    discovery.delegated(shop, to: orders)
    #expect(source(.dns)?.watched == [[orders]])
    #expect(!discovery.isComplete && discovery.takeChanges() == [])
    discovery.found([one], for: orders)
    #expect(discovery.isComplete && discovery.takeChanges() == [shop])
    #expect(table[shop]?.endpoints == [one])
    // The same again is no news.
    discovery.delegated(shop, to: orders)
    #expect(source(.dns)?.watched.count == 1)
    discovery.found([], for: orders)
    #expect(discovery.takeChanges() == [shop] && table[shop]?.endpoints == [])
  }

  /// Until somebody knows better, what was known holds.
  @Test func itFollowsWhateverItIsDelegatedTo() {
    discovery.watch([shop])
    discovery.delegated(shop, to: orders)
    discovery.found([one], for: orders)
    discovery.delegated(shop, to: web)
    #expect(source(.dns)?.watched.last == [web])
    #expect(table[shop]?.endpoints == [one] && table[orders] == nil)
    discovery.found([other], for: orders)
    #expect(table[shop]?.endpoints == [one])
    discovery.found([other], for: web)
    #expect(table[shop]?.endpoints == [other])
    // And its own source may find it again.
    discovery.found([one], for: shop)
    #expect(table[shop]?.endpoints == [one] && source(.dns)?.watched.last == [])
    discovery.found([other], for: web)
    #expect(table[shop]?.endpoints == [one])
  }

  @Test func whatIsKnownAlreadyIsTakenAtOnce() {
    discovery.watch([shop, orders])
    discovery.found([one], for: orders)
    #expect(discovery.takeChanges() == [orders])
    discovery.delegated(shop, to: orders)
    #expect(discovery.takeChanges() == [shop] && discovery.isComplete)
    discovery.found([other], for: orders)
    #expect(discovery.takeChanges() == [shop, orders])
    // One of the two is not asked for any more, and the other one stays.
    discovery.watch([shop])
    #expect(source(.dns)?.watched.last == [orders])
    discovery.watch([orders])
    discovery.found([], for: orders)
    #expect(table[shop] == nil && discovery.takeChanges() == [orders])
  }

  @Test func whatNobodyAsksForIsNotDelegated() {
    discovery.watch([carts])
    discovery.delegated(shop, to: orders)
    #expect(source(.dns) == nil)
  }
}
