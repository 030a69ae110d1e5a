import Client
import HTTP
import Mesh
import Primitives
import Reactor
import Testing

@testable import Discovery

/// A source, and the API server that it asks, on one thread and one loop.
final class KubernetesStage: MeshSink {
  let loop: EventLoop
  let server: FakeAPIServer
  private(set) var source: KubernetesSource!
  private(set) var told: [(reference: KubernetesReference, endpoints: [DiscoveredEndpoint])] = []
  private(set) var delegated: [String] = []
  private let client: HTTPClient
  private let dispatcher = EventDispatcher()

  init(
    zone: String = "", tls: TLSServerContext? = nil, _ change: (inout KubernetesSettings) -> Void = { _ in }
  ) throws {
    loop = try EventLoop(readSize: 16 << 10)
    server = try FakeAPIServer(tls: tls)
    client = HTTPClient(on: loop, kind: 8, resolver: NoHosts())
    let scheme = tls == nil ? "http" : "https"
    var settings = KubernetesSettings(server: try HTTPURL("\(scheme)://127.0.0.1:\(server.port)"))
    settings.zone = zone
    change(&settings)
    source = KubernetesSource(settings, client: client, on: loop, kind: 20, sink: self, seed: 7)
    dispatcher.add(client, kinds: 8...(8 + HTTPClient.kindCount - 1))
    dispatcher.add(source, kinds: 20...20)
  }

  deinit {
    source.stop()
    client.close()
    client.turnEnded()
  }

  func found(_ endpoints: [DiscoveredEndpoint], for reference: ServiceReference) {
    if case .kubernetes(let reference) = reference { told.append((reference, endpoints)) }
  }

  func delegated(_ reference: ServiceReference, to other: ServiceReference) {
    delegated.append("\(reference) to \(other)")
  }

  func watch(_ references: KubernetesReference...) {
    source.watch(Set(references.map { .kubernetes($0) }))
  }

  /// What holds now of a reference: its endpoints that take requests.
  func used(_ reference: KubernetesReference) -> [String]? {
    told.last { $0.reference == reference }?.endpoints.filter { $0.unused == nil }.map(\.address.description)
  }

  /// Turns the loop until `condition` holds; false after a minute, so that a bug ends the test.
  func turn(until condition: () -> Bool) throws -> Bool {
    let end = Clock.now() + .seconds(60)
    while Clock.now() < end {
      if condition() { return true }
      try server.poll()
      loop.turn(dispatcher, limit: Clock.now() + .milliseconds(1))
    }
    return false
  }

  /// Until both watches of each namespace are open.
  func settle(watches: Int = 2) throws {
    let done = try turn { server.watches.count == watches && source.state.fault == nil }
    #expect(done, "\(server.requests.suffix(4)) \(source.state.fault ?? "")")
  }

  /// So many turns, for what must not happen.
  func turn(times: Int) throws {
    for _ in 0..<times {
      try server.poll()
      loop.turn(dispatcher, limit: Clock.now())
    }
  }

  /// Lets time pass at once.
  func pass(_ interval: Interval) throws {
    loop.skip(interval)
    try turn(times: 2)
  }

  // MARK: The cluster

  func putService(_ name: String, _ spec: String = #""ports":[{"port":80}]"#, namespace: String = "shop") {
    server.put(
      .init(resource: "services", namespace: namespace, name: name, rest: #""spec":{\#(spec)}"#))
  }

  /// A pod of an EndpointSlice.
  struct Pod {
    var address: String
    var conditions = #""ready":true"#
    var rest = ""
    var json: String { #"{"addresses":["\#(address)"],"conditions":{\#(conditions)}\#(rest)}"# }

    static func ready(_ address: String, _ rest: String = "") -> Pod { Pod(address: address, rest: rest) }
    static func starting(_ address: String) -> Pod {
      Pod(address: address, conditions: #""ready":false,"serving":false,"terminating":false"#)
    }
    static func ending(_ address: String) -> Pod {
      Pod(address: address, conditions: #""ready":false,"serving":true,"terminating":true"#)
    }
  }

  func putSlice(
    _ name: String, of service: String, ports: String = #"{"name":"","port":8080}"#,
    namespace: String = "shop",
    _ pods: Pod...
  ) {
    let list = pods.map(\.json).joined(separator: ",")
    server.put(
      .init(
        resource: "endpointslices", namespace: namespace, name: name, service: service,
        rest: #""addressType":"IPv4","endpoints":[\#(list)],"ports":[\#(ports)]"#))
  }
}
