import DNS
import DNSServer
import Mesh
import Primitives
import Reactor
import Testing

@testable import Discovery

/// A source, its resolver and a name server of the test's, on one thread. Time passes when the test says so.
final class DNSStage: MeshSink {
  let server: DNSServer
  let loop: EventLoop
  let resolver: DNSResolver
  private(set) var told: [(reference: ServiceReference, endpoints: [DiscoveredEndpoint])] = []
  private(set) lazy var source = DNSSource(
    settings, resolver: resolver, on: loop, kind: 4, sink: self, seed: 1)
  private let settings: DNSSettings
  private let dispatcher = EventDispatcher()

  init() throws {
    server = try DNSServer()
    loop = try EventLoop(readSize: 4096)
    var settings = DNSSettings()
    settings.servers = [try #require(SocketAddress(server.address))]
    settings.family = .both
    settings.timeout = .milliseconds(50)
    settings.attempts = 1
    self.settings = settings
    resolver = DNSResolver(settings, on: loop, kind: 3)
    dispatcher.add(resolver, kinds: 3...3)
    dispatcher.add(source, kinds: 4...4)
  }

  deinit { resolver.stop() }

  func found(_ endpoints: [DiscoveredEndpoint], for reference: ServiceReference) {
    told.append((reference, endpoints))
  }

  func delegated(_ reference: ServiceReference, to other: ServiceReference) { Issue.record("\(reference)") }

  func watch(_ references: (String, UInt16?)...) {
    source.watch(Set(references.map { .dns(DNSReference(name: $0.0, port: $0.1)) }))
  }

  /// What was told last, as text.
  var last: [String]? {
    told.last?.endpoints.map { "\($0.address)" + ($0.unused.map { " \($0.rawValue)" } ?? "") }
  }

  func turn(until condition: () -> Bool) -> Bool {
    let end = Clock.now() + .seconds(60)
    while Clock.now() < end {
      if condition() { return true }
      server.poll()
      loop.turn(dispatcher, limit: Clock.now() + .milliseconds(1))
    }
    return false
  }

  /// So many turns, for what must not happen.
  func turn(times: Int) {
    for _ in 0..<times {
      server.poll()
      loop.turn(dispatcher, limit: Clock.now())
    }
  }

  /// Lets time pass, and waits until the names that are due then were asked for and their answers have come.
  func pass(_ interval: Interval) {
    let before = server.queries.count
    loop.skip(interval)
    #expect(turn { server.queries.count > before })
    settle()
  }

  /// Until nothing is under way.
  func settle() { #expect(turn { source.isQuiet }) }
}
