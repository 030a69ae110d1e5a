import HTTP
import Primitives
import Reactor
import Testing

@testable import HTTPPeers

@testable import Client

/// A client and a server that the test speaks for, on one thread and one loop.
final class ClientStage {
  let loop: EventLoop
  let client: HTTPClient
  let resolver: KnownHosts
  private let listener: Listener
  private let dispatcher = EventDispatcher()

  init(readSize: Int = 16 << 10, limits: ClientLimits = ClientLimits()) throws {
    loop = try EventLoop(readSize: readSize)
    resolver = KnownHosts(loop)
    client = HTTPClient(on: loop, kind: 8, resolver: resolver, limits: limits)
    listener = try Listener.open(.v4(address: 0x7F00_0001, port: 0), backlog: 16)
    dispatcher.add(client, kinds: 8...(8 + HTTPClient.kindCount - 1))
  }

  deinit {
    client.close()
    // What is closed is held to the turn's end.
    client.turnEnded()
  }

  var port: UInt16 { listener.address.port }

  func origin(
    host: String = "127.0.0.1", tls: TLSClientContext? = nil, plain: ApplicationProtocol = .http11
  ) -> ClientOrigin {
    ClientOrigin(
      host: host, port: port, tls: tls.map { TLSContextStore($0) }, plainProtocol: plain)
  }

  func start(_ request: ClientRequest, to origin: ClientOrigin) -> NotedResponse {
    let noted = NotedResponse()
    noted.call = client.start(request, to: origin, for: noted)
    return noted
  }

  /// Turns the loop until `condition` holds; false after a minute, so that a bug ends the test.
  func turn(until condition: () throws -> Bool) rethrows -> Bool {
    let end = Clock.now() + .seconds(60)
    while Clock.now() < end {
      if try condition() { return true }
      loop.turn(dispatcher, limit: Clock.now() + .milliseconds(1))
    }
    return false
  }

  /// So many turns, for what must not happen.
  func turn(times: Int) { for _ in 0..<times { loop.turn(dispatcher, limit: Clock.now()) } }

  /// Lets time pass at once.
  func pass(_ interval: Interval) {
    loop.skip(interval)
    turn(times: 2)
  }

  /// The next connection that the client makes.
  func accept(_ tls: TLSServerContext? = nil) throws -> PeerConnection {
    var peer: PeerConnection?
    let came = try turn {
      if case .connection(let socket, _) = listener.accept() { peer = try PeerConnection(socket, tls) }
      return peer != nil
    }
    #expect(came)
    return try #require(peer)
  }

  /// Whether the client has made no connection that nobody has accepted.
  func hasNoNewConnection() -> Bool {
    turn(times: 20)
    if case .none = listener.accept() { return true }
    return false
  }

  /// A connection with a whole request on it.
  func accept(until text: String) throws -> PeerConnection {
    let peer = try accept()
    expect(peer, text)
    return peer
  }

  /// Turns until the server has received this.
  func expect(_ peer: PeerConnection, _ text: String) {
    #expect(turn { peer.poll().text.contains(text) }, "got only: \(peer.text)")
  }

  func finish(_ noted: NotedResponse) {
    #expect(turn { noted.isOver }, "neither an end nor a failure")
  }
}
