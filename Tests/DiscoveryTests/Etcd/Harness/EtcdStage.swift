import HTTP
import Mesh
import Primitives
import Reactor
import Testing

@testable import Client
@testable import Discovery
@testable import HTTPPeers

/// A cluster for which the test speaks, and those who ask it, on one thread and one loop.
final class EtcdStage {
  let loop: EventLoop
  let client: HTTPClient
  let etcd: EtcdClient
  let settings: EtcdSettings
  let dispatcher = EventDispatcher()
  private let doors: [Door]
  private var connections: [(server: HTTP2Server, member: Int, taken: Int)] = []
  private var waiting: [(question: EtcdQuestion, message: [UInt8])] = []
  /// Accepted, without a whole message yet.
  private var coming: [EtcdQuestion] = []

  init(members: Int = 1, credentials: EtcdSettings.Credentials? = nil) throws {
    loop = try EventLoop(readSize: 16 << 10)
    client = HTTPClient(on: loop, kind: 8, resolver: NoHosts())
    doors = try (0..<members).map { _ in try Door() }
    var settings = EtcdSettings(
      members: try doors.map {
        EtcdSettings.Member(url: try HTTPURL("http://127.0.0.1:\($0.listener.address.port)"))
      })
    settings.credentials = credentials
    self.settings = settings
    etcd = EtcdClient(settings, client: client, seed: 1)
    dispatcher.add(client, kinds: 8...(8 + HTTPClient.kindCount - 1))
  }

  deinit {
    client.close()
    client.turnEnded()
  }

  /// Turns until `condition` holds; false after a minute, so that a bug ends the test.
  func turn(until condition: () throws -> Bool) rethrows -> Bool {
    let end = Clock.now() + .seconds(60)
    while Clock.now() < end {
      poll()
      if try condition() { return true }
      loop.turn(dispatcher, limit: Clock.now() + .milliseconds(1))
    }
    return false
  }

  /// So many turns, for what must not happen.
  func turn(times: Int) {
    for _ in 0..<times {
      loop.turn(dispatcher, limit: Clock.now() + .milliseconds(1))
      poll()
    }
  }

  /// Lets time pass at once.
  func pass(_ interval: Interval) {
    loop.skip(interval)
    turn(times: 3)
  }

  /// The next call of that method (`KV/Range`), with its first message.
  func question(_ method: String, at location: SourceLocation = #_sourceLocation) throws -> (
    question: EtcdQuestion, message: [UInt8]
  ) {
    var found: (EtcdQuestion, [UInt8])?
    let came = turn {
      if let place = waiting.firstIndex(where: { $0.question.path == "/etcdserverpb.\(method)" }) {
        found = waiting.remove(at: place)
      }
      return found != nil
    }
    #expect(came, "no \(method)", sourceLocation: location)
    return try #require(found)
  }

  /// Whether nothing was asked that was not taken.
  func isQuiet() -> Bool {
    turn(times: 20)
    return waiting.isEmpty
  }

  /// Methods that were asked for and not taken.
  var open: [String] { waiting.map(\.question.path) }

  /// Every connection breaks.
  func cut() {
    for connection in connections { connection.server.peer.reset() }
    connections = []
    waiting = []
    coming = []
  }

  private func poll() {
    for (member, door) in doors.enumerated() {
      if case .connection(let socket, _) = door.listener.accept(), let peer = try? PeerConnection(socket) {
        connections.append((HTTP2Server(peer), member, 0))
      }
    }
    for index in connections.indices {
      let (server, member, taken) = connections[index]
      server.poll()
      coming += server.requests.dropFirst(taken).map { EtcdQuestion(server, $0, member: member) }
      connections[index].taken = server.requests.count
    }
    coming.removeAll { question in
      guard let message = question.message() else { return false }
      waiting.append((question, message))
      return true
    }
  }
}

/// Where a member is called.
private final class Door {
  let listener: Listener

  init() throws { listener = try Listener.open(.v4(address: 0x7F00_0001, port: 0), backlog: 16) }
}

/// Everything is an address.
final class NoHosts: HostResolver {
  func ask(_ host: String, ticket: UInt64) {}
  func takeAnswers() -> [HostAnswer] { [] }
}
