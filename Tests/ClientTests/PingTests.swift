import Client
import HTTP
import Primitives
import Reactor
import Testing

@testable import HTTPPeers

/// A watch may be silent for hours: pings tell whether its server is still there.
@Suite struct PingTests {
  private let stage: ClientStage
  private let noted: NotedResponse
  private let server: HTTP2Server

  init() throws {
    let stage = try ClientStage()
    let origin = ClientOrigin(
      host: "127.0.0.1", port: stage.port, plainProtocol: .h2, pingInterval: .seconds(60),
      pingTimeout: .seconds(20))
    var request = ClientRequest(.get, "/watch")
    request.headTimeout = .zero
    request.wholeTimeout = .zero
    noted = stage.start(request, to: origin)
    let server = HTTP2Server(try stage.accept())
    #expect(
      stage.turn {
        server.poll(); return server.requests.count == 1
      })
    // Acknowledgements of settings have come and gone.
    for _ in 0..<20 {
      stage.turn(times: 1)
      server.poll()
    }
    (self.stage, self.server) = (stage, server)
  }

  @Test func aServerThatAnswersIsWaitedFor() {
    for _ in 0..<5 {
      stage.pass(.milliseconds(60_100))
      for _ in 0..<20 {
        server.poll()
        stage.turn(times: 1)
      }
      stage.pass(.seconds(30))
      #expect(!noted.isOver)
    }
  }

  @Test func aSilentOneIsNot() {
    stage.pass(.milliseconds(60_100))
    #expect(!noted.isOver)
    stage.pass(.milliseconds(20_100))
    #expect(noted.failure == .silent)
    #expect(stage.client.connectionCount == 0)
  }
}
