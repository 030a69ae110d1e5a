import Client
import HTTP
import Identity
import LocalServer
import Mesh
import Primitives
import Reactor

@testable import apus

/// A server of key sets, and what fetches them, on one loop that the test turns.
final class KeySetStage {
  let loop: EventLoop
  let provider = TokenProvider(name: "idp", issuer: "idp", keys: nil)
  let service = KeySetService()
  private(set) var server: LocalServer?
  private let client: HTTPClient
  private(set) var fetcher: KeySetFetcher!
  private let dispatcher = EventDispatcher()

  init(refresh: Interval = .seconds(300), isThere: Bool = true) throws {
    loop = try EventLoop(readSize: 16 << 10)
    client = HTTPClient(on: loop, kind: 8, resolver: NoNames())
    let server = try LocalServer(at: .v4(address: 0x7F00_0001, port: 0), on: loop, kind: 4, service: service)
    dispatcher.add(server, kinds: 4...5)
    dispatcher.add(client, kinds: 8...(8 + HTTPClient.kindCount - 1))
    let url = try HTTPURL("http://127.0.0.1:\(server.address.port)/keys?a")
    if isThere { self.server = server } else { server.close() }
    fetcher = KeySetFetcher(
      RemoteKeySet(provider: provider, url: url, tls: nil, refresh: refresh), client: client, on: loop,
      seed: 1,
      moved: {})
  }

  deinit {
    client.close()
    server?.close()
  }

  /// Has the fetcher do what is due, and waits for the end of a fetch.
  func fetch() {
    fetcher.wake()
    _ = turn { client.callCount == 0 }
  }

  func turn(until condition: () -> Bool) -> Bool {
    let end = Clock.now() + .seconds(60)
    while Clock.now() < end {
      if condition() { return true }
      loop.turn(dispatcher, limit: Clock.now() + .milliseconds(1))
    }
    return false
  }

  func pass(_ interval: Interval) {
    loop.skip(interval)
    loop.turn(dispatcher, limit: Clock.now())
    fetch()
  }

  /// Seconds until the next fetch.
  var left: Double { (fetcher.next - loop.now).seconds }

  private final class NoNames: HostResolver {
    func ask(_ host: String, ticket: UInt64) {}
    func takeAnswers() -> [HostAnswer] { [] }
  }
}

/// Answers with what the test says.
final class KeySetService: LocalService {
  var status = 200
  var body = ""
  var fields: [(name: StaticString, value: String)] = []
  private(set) var requests: [String] = []

  func respond(to request: borrowing MessageHead, _ response: inout LocalResponse) {
    requests.append(request.text(of: request.target))
    response.status = status
    response.fields = fields
    response.body.append(body)
  }

  static func keys(_ names: String...) -> String {
    let keys = names.map { name in
      """
      {"kty":"EC","kid":"\(name)","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\
      "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
      """
    }
    return "{\"keys\":[\(keys.joined(separator: ","))]}"
  }
}
