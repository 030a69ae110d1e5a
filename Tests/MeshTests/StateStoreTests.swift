import HTTP
import Identity
import Mesh
import Policy
import Primitives
import Testing

@Suite struct StateStoreTests {
  private var settings = ServiceSettings()

  init() { settings.breaker = CircuitBreaker.Settings() }

  @Test func anUnchangedServiceIsTheSameObject() {
    let store = StateStore()
    let before = store.service("a", settings)
    #expect(store.service("a", settings) === before)
    #expect(store.service("b", settings) !== before)
    #expect(before.index == 0)
  }

  @Test func aChangedServiceKeepsItsNumberItsCountsAndItsBreaker() {
    let store = StateStore()
    let before = store.service("a", settings)
    for limit in [
      before.state.connections, before.state.pending, before.state.requests, before.state.retries,
    ] {
      #expect(limit.tryAcquire())
    }
    var changed = settings
    changed.connectTimeout = .seconds(1)
    changed.limits.requests = 1
    let after = store.service("a", changed)
    let counts = [after.state.connections, after.state.pending, after.state.requests, after.state.retries]
    #expect(after !== before && after.index == before.index)
    #expect(counts.map(\.current) == [1, 1, 1, 1])
    #expect(!after.state.requests.tryAcquire())
    // The old snapshot is not disturbed by one that was only built.
    #expect(before.state.requests.maximum == 1024)
    after.state.requests.release()
    #expect(before.state.requests.current == 0)
    #expect(after.state.breaker === before.state.breaker && after.state.breaker != nil)
    #expect(store.service("a", settings) === before)
  }

  @Test func limitsAreNotMixedUp() {
    var settings = ServiceSettings()
    settings.limits.connections = 1
    settings.limits.pending = 2
    settings.limits.requests = 3
    settings.limits.retries = 4
    let store = StateStore()
    let first = store.service("a")
    let state = store.service("a", settings).state
    #expect(first.state.breaker == nil)
    for (limit, count) in [
      (state.connections, 1), (state.pending, 2), (state.requests, 3), (state.retries, 4),
    ] {
      #expect(limit.maximum == count)
      #expect((0..<9).count { _ in limit.tryAcquire() } == count)
    }
  }

  @Test func aChangedBreakerIsAnotherAndTheOldOneIsFoundAgain() {
    let store = StateStore()
    var strict = settings
    strict.breaker = CircuitBreaker.Settings(failureRate: 0.1)
    let before = store.service("a", settings)
    let other = store.service("a", strict)
    #expect(other.state.breaker !== before.state.breaker)
    #expect(other.state.breaker?.settings == strict.breaker)
    var patient = settings
    patient.connectTimeout = .seconds(9)
    #expect(store.service("a", patient).state.breaker === before.state.breaker)
    var none = settings
    none.breaker = nil
    #expect(store.service("a", none).state.breaker == nil)
    #expect(store.service("b", settings).state.breaker !== before.state.breaker)
  }

  @Test func endpointsAreToldApartByServiceAndAddress() {
    let store = StateStore()
    let endpoint = store.endpoint(of: "a", address(1))
    let heavier = store.endpoint(of: "a", address(1), weight: 2)
    #expect(heavier.state === endpoint.state && heavier.index == endpoint.index && heavier.weight == 2)
    let others = [
      store.endpoint(of: "a", address(2)), store.endpoint(of: "b", address(1)),
      store.endpoint(of: "a", .v4(address: 0x0A00_0001, port: 81)),
    ]
    #expect(others.allSatisfy { $0.state !== endpoint.state })
    #expect(others.map(\.index) == [1, 2, 3])
  }

  @Test func rulesAndTheirAuthorizationsKeepTheirNumbers() {
    let store = StateStore()
    let rules = ["0", "1"].map { store.rule($0, of: "r") }
    let slots = store.authorization(.route, "r", rules: ["a", "b"])
    #expect(rules.map(\.value) == [0, 1] && slots.map(\.value) == [0, 1, 2])
    #expect(store.rule("1", of: "r") === rules[1] && store.rule("1", of: "s").value == 2)
    let longer = store.authorization(.route, "r", rules: ["new", "a", "b"])
    #expect(longer.map(\.value) == [0, 3, 1, 2])
    #expect(store.authorization(.listener, "r", rules: []).map(\.value) == [4])
    #expect(slots.count == 3)
  }

  @Test func whatNobodyUsesIsForgotten() {
    let store = StateStore()
    var old: MeshSnapshot? = snapshot([("a", [1, 2]), ("b", [3])], store, version: 1)
    let kept = old?.endpoints[1].state
    _ = old?.services[0].state.requests.tryAcquire()
    _ = old?.services[1].state.requests.tryAcquire()
    let new = snapshot([("a", [2, 4])], store, version: 2)
    #expect(old?.services[0] === new.services[0])
    store.tidy()
    let breaker = old?.services[1].state.breaker
    old = nil
    store.tidy()
    let last = snapshot([("a", [1, 2]), ("b", [3])], store, version: 3)
    #expect(old == nil)
    #expect(last.services[0] === new.services[0])
    #expect(last.endpoints[1].state === kept)
    #expect(last.services.map(\.state.requests.current) == [1, 0])
    #expect(last.services[1].state.breaker !== breaker)
    // The number of the service that was gone is another's now: here its own.
    #expect(last.services[1].index == 1 && last.numbering.services.tenures == [1, 2])
  }

  private static let oneKey = #"""
    {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}
    """#

  private func keySet(_ audience: String) throws -> RemoteKeySet {
    RemoteKeySet(
      provider: TokenProvider(name: "p", issuer: "i", audiences: [audience], keys: nil),
      url: try HTTPURL("http://a/keys"), tls: nil)
  }

  @Test func fetchedKeysGoOnWhateverIsBuiltMeanwhile() throws {
    let store = StateStore()
    let keys = Array(Self.oneKey.utf8)
    let first = store.keySet(try keySet("a"))
    first.provider.replaceKeys(try TokenKeySet(keys.span))
    // One that is thrown away.
    let other = store.keySet(try keySet("b"))
    #expect(other.provider !== first.provider && other.provider.keyCount == 1)
    #expect(store.keySet(try keySet("a")).provider === first.provider)
    #expect(first.provider.keyCount == 1)
  }
}
