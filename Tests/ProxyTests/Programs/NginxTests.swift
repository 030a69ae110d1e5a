import Foundation
import Primitives
import Reactor
import Telemetry
import Testing

/// nginx as the endpoint: a real server's idea of keep-alive.
@Suite(.enabled(if: Program.isInstalled("nginx"), "nginx is not installed; `make test` installs it"))
struct NginxTests {
  /// Asks from four threads until `rounds` requests each are through. Returns what was not answered 200.
  static func load(
    _ proxy: TestProxy, rounds: Int, request: String, pause: Int64 = 0, during: () throws -> Void = {}
  ) throws -> (answered: Int, lost: [String]) {
    let (answered, lost) = (Notes(), Notes())
    let threads = (0..<4).compactMap { index in
      try? Reactor.Thread(name: "client") {
        var random = Random(seed: UInt64(index))
        guard var wire = try? proxy.connect() else { return }
        for _ in 0..<rounds {
          do {
            let answer = try wire.exchange(request)
            if answer.text == "ok" { answered.add("") } else { lost.add("\(answer.status) \(answer.text)") }
            if answer["connection"]?.lowercased() == "close" { wire = try proxy.connect() }
          } catch {
            lost.add("\(error)")
            guard let fresh = try? proxy.connect() else { return }
            wire = fresh
          }
          // Somewhere around the time at which the server closes what is idle.
          if pause > 0 { usleep(UInt32(pause * 1000 - 2000 + Int64(random.next(below: 4000)))) }
        }
      }
    }
    try during()
    for thread in threads { thread.join() }
    return (answered.count, lost.all)
  }

  static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
  static let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"

  @Test(arguments: [get, post]) func aServerThatEndsConnectionsAfterFiveRequestsLosesNothing(
    _ request: String
  ) throws {
    let server = try Nginx("keepalive_requests 5;")
    let proxy = try TestProxy(to: server.port, workers: 2)
    let (answered, lost) = try Self.load(proxy, rounds: 300, request: request)
    #expect(lost == [])
    #expect(answered == 1200)
    #expect(proxy.comesToRest)
  }

  /// The connection is closed by the server at the very time at which the next request goes out.
  @Test func theRaceForAnIdleConnectionLosesNothing() throws {
    let server = try Nginx("keepalive_timeout 20ms;")
    let proxy = try TestProxy(to: server.port)
    let (answered, lost) = try Self.load(proxy, rounds: 100, request: Self.get, pause: 20)
    #expect(lost == [])
    #expect(answered == 400)
    #expect(proxy.comesToRest)
  }

  /// A POST that reached the server's kernel just before it closed is answered with a reset. It cannot be told from
  /// one that was read, so the client must hear of it; all others are answered.
  @Test func theRaceForAnIdleConnectionLosesOnlyPostsInDoubt() throws {
    let server = try Nginx("keepalive_timeout 20ms;")
    let proxy = try TestProxy(to: server.port)
    let (answered, lost) = try Self.load(proxy, rounds: 100, request: Self.post, pause: 20)
    #expect(lost.allSatisfy { $0.hasPrefix("502 apus: connection reset by the endpoint") }, "\(lost)")
    #expect(answered + lost.count == 400)
    #expect(answered > 300)
    #expect(proxy.comesToRest)
  }

  @Test func aReloadLosesNothing() throws {
    let server = try Nginx("")
    let proxy = try TestProxy(to: server.port, workers: 2)
    let (answered, lost) = try Self.load(proxy, rounds: 1000, request: Self.get) {
      for part in 1...5 {
        #expect(eventually { proxy.metrics.services[0].requests.total > UInt64(part * 500) })
        server.reload()
      }
    }
    #expect(lost == [])
    #expect(answered == 4000)
    #expect(proxy.comesToRest)
  }

  @Test func aRestartLosesNothingWhereTheRuleRetries() throws {
    let server = try Nginx("")
    let proxy = try TestProxy(
      to: server.port,
      rule: "retry: {attempts: 50, on: [connect-failure, refused, reset], backoff: {base: 10ms, max: 200ms}}",
      service: "circuitBreaker: {maxRetries: 100}", workers: 2)
    let (answered, lost) = try Self.load(proxy, rounds: 600, request: Self.get) {
      for part in 1...3 {
        #expect(eventually { proxy.metrics.services[0].requests.total > UInt64(part * 400) })
        server.stop(part == 2 ? SIGQUIT : SIGTERM)
        try server.start()
      }
    }
    #expect(lost == [])
    #expect(answered == 2400)
    #expect(proxy.comesToRest)
  }
}
