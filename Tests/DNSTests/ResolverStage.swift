import DNS
import DNSServer
import Mesh
import Primitives
import Reactor
import Testing

/// A resolver and a name server of the test's, on one thread.
final class ResolverStage {
  let server: DNSServer
  let loop: EventLoop
  let resolver: DNSResolver
  private let dispatcher = EventDispatcher()

  init(_ change: (inout DNSSettings) -> Void = { _ in }) throws {
    server = try DNSServer()
    loop = try EventLoop(readSize: 4096)
    var settings = DNSSettings()
    settings.servers = [try #require(SocketAddress(server.address))]
    settings.family = .both
    // Where nothing answers the test waits for so long, twice and more.
    settings.timeout = .milliseconds(50)
    change(&settings)
    resolver = DNSResolver(settings, on: loop, kind: 3)
    dispatcher.add(resolver, kinds: 3...3)
  }

  deinit { resolver.stop() }

  /// Turns until `condition` holds; false after a minute, so that a bug ends the test.
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

  func addresses(_ name: String) throws -> HostAddresses {
    var answer: HostAddresses?
    resolver.addresses(of: name) { answer = $0 }
    #expect(turn { answer != nil })
    return try #require(answer)
  }

  func services(_ name: String) throws -> DNSAnswer<[SRVRecord]> {
    var answer: DNSAnswer<[SRVRecord]>?
    resolver.services(of: name) { answer = $0 }
    #expect(turn { answer != nil })
    return try #require(answer)
  }
}

func ip(_ text: String) -> SocketAddress { SocketAddress(ip: text, port: 0) ?? .unix(path: "?") }
