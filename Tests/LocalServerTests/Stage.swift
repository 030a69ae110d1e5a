import HTTP
import LocalServer
import Primitives
import Reactor
import Testing

/// A server and its clients on one loop, turned by the test itself.
final class Stage {
  let loop: EventLoop
  let service = TestService()
  let server: LocalServer
  private let dispatcher = EventDispatcher()

  init(
    at address: SocketAddress = .v4(address: 0x7F00_0001, port: 0),
    limits: LocalServerLimits = LocalServerLimits()
  ) throws {
    loop = try EventLoop(readSize: 4096)
    server = try LocalServer(at: address, on: loop, kind: 8, service: service, limits: limits)
    dispatcher.add(server, kinds: 8...9)
  }

  deinit { server.close() }

  /// A client that is connected once the server has taken it.
  func connect() throws -> TestClient { try TestClient(to: server.address) }

  /// Turns the loop until `condition` holds; false after a minute, so that a bug ends the test.
  func turn(until condition: () throws -> Bool) rethrows -> Bool {
    let end = Clock.now() + .seconds(60)
    while Clock.now() < end {
      if try condition() { return true }
      loop.turn(dispatcher, limit: Clock.now() + .milliseconds(1))
    }
    return false
  }

  /// Reads until the server closes in order.
  func ends(_ client: TestClient) -> Bool {
    turn {
      client.poll()
      return client.hasEnded
    }
  }

  /// Reads until the connection is over, one way or the other.
  func isOver(_ client: TestClient) -> Bool {
    turn {
      client.poll()
      return client.isOver
    }
  }

  /// Sends a request and waits for so much of an answer.
  func exchange(_ client: TestClient, _ request: String, until end: String) -> String {
    client.send(request)
    #expect(turn { client.poll().contains(end) }, "got only: \(client.received)")
    return client.take()
  }
}

/// Answers as the path says.
final class TestService: LocalService {
  private(set) var requests: [String] = []

  func respond(to request: borrowing MessageHead, _ response: inout LocalResponse) {
    let path = request.text(of: request.path)
    requests.append(path)
    switch path {
    case "/slow": response.delay = .milliseconds(20)
    case "/reset": response.breaksOff = true
    case "/large": for _ in 0..<(1 << 20) { response.body.append("0123456789abcdef") }
    case "/empty":
      response.status = 204
      return
    case "/field": response.fields = [("X-Test", "a")]
    default: break
    }
    response.body.append("you asked for \(path).")
  }
}
