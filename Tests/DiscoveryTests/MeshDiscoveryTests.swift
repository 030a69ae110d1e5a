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
}
