import Client
import DNS
import DNSServer
import HTTP
import Mesh
import Primitives
import Reactor
import Testing

@testable import Discovery

/// A Service that is a name elsewhere, from the API server by way of DNS to the table: all of it on one loop.
@Suite struct ExternalNameTests {
  private let loop: EventLoop
  private let api: FakeAPIServer
  private let names: DNSServer
  private let table = DiscoveredTable()
  private let discovery: MeshDiscovery
  private let dispatcher = EventDispatcher()
  private let billing = ServiceReference.kubernetes(
    KubernetesReference(namespace: "shop", service: "billing"))

  init() throws {
    loop = try EventLoop(readSize: 16 << 10)
    api = try FakeAPIServer()
    names = try DNSServer()
    let client = HTTPClient(on: loop, kind: 8, resolver: NoHosts())
    var dns = DNSSettings()
    dns.servers = [try #require(SocketAddress(names.address))]
    dns.family = .ipv4
    dns.timeout = .milliseconds(50)
    dns.attempts = 1
    let resolver = DNSResolver(dns, on: loop, kind: 3)
    let kubernetes = KubernetesSettings(server: try HTTPURL("http://127.0.0.1:\(api.port)"))
    let (loop, dispatcher) = (loop, dispatcher)
    discovery = MeshDiscovery(table, on: loop) { kind, sink in
      if kind == .dns {
        let source = DNSSource(dns, resolver: resolver, on: loop, kind: 4, sink: sink, seed: 1)
        dispatcher.add(source, kinds: 4...4)
        return source
      }
      let source = KubernetesSource(kubernetes, client: client, on: loop, kind: 20, sink: sink, seed: 7)
      dispatcher.add(source, kinds: 20...20)
      return source
    }
    dispatcher.add(resolver, kinds: 3...3)
    dispatcher.add(client, kinds: 8...(8 + HTTPClient.kindCount - 1))
    names.answer = { _ in DNSReply([.init(.a(10, 0, 0, 1), lifetime: 10)]) }
  }

  private func put(_ spec: String) {
    api.put(.init(resource: "services", namespace: "shop", name: "billing", rest: #""spec":{\#(spec)}"#))
  }

  private func turn(until condition: () -> Bool) throws -> Bool {
    let end = Clock.now() + .seconds(60)
    while Clock.now() < end {
      if condition() { return true }
      try api.poll()
      names.poll()
      loop.turn(dispatcher, limit: Clock.now() + .milliseconds(1))
    }
    return false
  }

  private func holds(_ addresses: [String]) throws -> Bool {
    try turn { table[billing]?.endpoints.map(\.address.description) == addresses }
  }

  @Test func isFollowedWhereverItGoes() throws {
    defer { discovery.stop() }
    put(#""type":"ExternalName","externalName":"bills.example","ports":[{"port":443}]"#)
    discovery.watch([billing])
    #expect(try holds(["10.0.0.1:443"]))
    #expect(discovery.isComplete && discovery.takeChanges() == [billing])
    #expect(discovery.states.map(\.kind) == [.dns, .kubernetes])
    // Its addresses change with their lifetime; where nobody can say them, those that are known hold.
    names.answer = { _ in
      DNSReply([.init(.a(10, 0, 0, 2), lifetime: 10), .init(.a(10, 0, 0, 3), lifetime: 10)])
    }
    loop.skip(.seconds(12))
    #expect(try holds(["10.0.0.2:443", "10.0.0.3:443"]))
    names.answer = { _ in DNSReply(code: .serverFailure) }
    let asked = names.queries.count
    loop.skip(.seconds(12))
    #expect(try turn { names.queries.count > asked && discovery.states.first?.fault != nil })
    #expect(try holds(["10.0.0.2:443", "10.0.0.3:443"]))
    // Another name, which is asked for at once, and another port.
    names.answer = {
      $0.name == "new.example" ? DNSReply([.init(.a(10, 0, 0, 4))]) : DNSReply(code: .serverFailure)
    }
    put(#""type":"ExternalName","externalName":"new.example","ports":[{"port":8443}]"#)
    #expect(try holds(["10.0.0.4:8443"]))
    #expect(try turn { discovery.states.allSatisfy { $0.fault == nil } })
    // An ordinary Service again.
    api.put(
      .init(
        resource: "endpointslices", namespace: "shop", name: "billing-a", service: "billing",
        rest: #""endpoints":[{"addresses":["10.0.0.5"]}],"ports":[{"port":8080}]"#))
    put(#""ports":[{"port":80}]"#)
    #expect(try holds(["10.0.0.5:8080"]))
    #expect(discovery.states.first?.references == 0)
  }

  @Test func aNameThatIsNotThereIsOneWithoutEndpoints() throws {
    defer { discovery.stop() }
    names.answer = { _ in .nothing(.noSuchName) }
    put(#""type":"ExternalName","externalName":"gone.example","ports":[{"port":443}]"#)
    discovery.watch([billing])
    #expect(try holds([]))
    #expect(discovery.isComplete)
    #expect(
      discovery.remark(on: billing) == "the Service is an ExternalName: DNS is asked for gone.example.")
    // A search domain would be no answer to what Kubernetes would ask.
    #expect(Set(names.queries.map(\.name)) == ["gone.example"])
  }
}
