import Glibc
import HTTP
import LocalServer
import Primitives
import Reactor
import Testing

/// Clients that are slow or mean no good.
@Suite struct LocalServerLimitsTests {
  private static let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

  private func limits(_ change: (inout LocalServerLimits) -> Void) -> LocalServerLimits {
    var limits = LocalServerLimits()
    change(&limits)
    return limits
  }

  struct Refusal: CustomTestStringConvertible {
    let testDescription: String
    let status: Int
    let request: String
  }

  @Test(arguments: [
    Refusal(testDescription: "no Host", status: 400, request: "GET /a HTTP/1.1\r\n\r\n"),
    Refusal(testDescription: "bare line feeds", status: 400, request: "GET /a HTTP/1.1\nHost: x\n\n"),
    Refusal(
      testDescription: "two framings", status: 400,
      request: "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
    Refusal(
      testDescription: "long target", status: 414,
      request: "GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\n"),
    Refusal(
      testDescription: "many fields", status: 431,
      request: "GET /a HTTP/1.1\r\nHost: x\r\n\(String(repeating: "a: b\r\n", count: 200))\r\n"),
    Refusal(testDescription: "version", status: 505, request: "GET /a HTTP/3.0\r\nHost: x\r\n\r\n"),
  ])
  func refusesWhatIsNotHTTP(_ refusal: Refusal) throws {
    let (request, status) = (refusal.request, refusal.status)
    let stage = try Stage()
    let client = try stage.connect()
    client.send(request + Self.get)
    #expect(stage.isOver(client))
    #expect(client.received.hasPrefix("HTTP/1.1 \(status) "), "\(client.received)")
    #expect(client.received.contains("Connection: close\r\n"))
    #expect(stage.service.requests.isEmpty)
  }

  @Test func refusesALongBody() throws {
    let stage = try Stage(limits: limits { $0.bodyBytes = 10 })
    let client = try stage.connect()
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n0123456789a")
    #expect(stage.ends(client))
    #expect(client.received.hasPrefix("HTTP/1.1 413 "))
    #expect(stage.service.requests.isEmpty)
  }

  @Test func refusesARequestThatDribbles() throws {
    let stage = try Stage(limits: limits { $0.request = .milliseconds(30) })
    let client = try stage.connect()
    client.send("GET /a HTTP/1.1\r\n")
    #expect(stage.ends(client))
    #expect(client.received.hasPrefix("HTTP/1.1 408 "))
  }

  @Test func closesAConnectionThatSaysNothing() throws {
    let stage = try Stage(limits: limits { $0.request = .milliseconds(30) })
    let client = try stage.connect()
    #expect(stage.ends(client))
    #expect(client.received.isEmpty)
  }

  @Test func closesBetweenRequests() throws {
    let stage = try Stage(limits: limits { $0.idle = .milliseconds(30) })
    let client = try stage.connect()
    _ = stage.exchange(client, Self.get, until: "for /a.")
    #expect(stage.ends(client))
    #expect(client.received.isEmpty)
  }

  @Test func aNewcomerTakesTheOldestIdlePlace() throws {
    let stage = try Stage(limits: limits { $0.connections = 2 })
    let first = try stage.connect()
    _ = stage.exchange(first, Self.get, until: "for /a.")
    let second = try stage.connect()
    _ = stage.exchange(second, Self.get, until: "for /a.")
    let third = try stage.connect()
    #expect(stage.exchange(third, Self.get, until: "for /a.").hasPrefix("HTTP/1.1 200"))
    #expect(stage.isOver(first))
    #expect(stage.exchange(second, Self.get, until: "for /a.").hasPrefix("HTTP/1.1 200"))
  }

  /// Nobody reads, and all places are taken: who comes now is served all the same.
  @Test func aNewcomerTakesThePlaceOfOneThatDoesNotRead() throws {
    let stage = try Stage(limits: limits { $0.connections = 2 })
    let deaf = try (0..<2).map { _ in try stage.connect() }
    for client in deaf { client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n") }
    #expect(stage.turn { stage.service.requests.count == 2 })
    let newcomer = try stage.connect()
    #expect(stage.exchange(newcomer, Self.get, until: "for /a.").hasPrefix("HTTP/1.1 200"))
    #expect(stage.server.connectionCount == 2)
  }

  @Test func cutsAClientThatDoesNotRead() throws {
    let stage = try Stage(limits: limits { $0.stall = .milliseconds(30) })
    let client = try stage.connect()
    client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n" + Self.get)
    // 16 MiB are more than any socket's buffers hold: the rest waits, and with it the second request.
    #expect(stage.turn { stage.service.requests.count == 1 })
    #expect(stage.turn { stage.server.connectionCount == 0 })
    #expect(stage.isOver(client))
    #expect(client.hasFailed)
    #expect(stage.service.requests == ["/large"])
  }

  @Test func closingCutsEveryConnection() throws {
    let stage = try Stage()
    let client = try stage.connect()
    _ = stage.exchange(client, Self.get, until: "for /a.")
    stage.server.close()
    #expect(stage.isOver(client))
    // A connect to a closed port on the loopback fails at once or with the first readiness.
    let late = try? stage.connect()
    late?.send(Self.get)
    #expect(late.map(stage.isOver) ?? true)
    #expect(late?.received.isEmpty ?? true)
  }

  /// The process has no descriptor left: whoever asks what is the matter is answered all the same, one after the other. In a
  /// process of its own.
  @Test func answersWithoutDescriptors() async {
    await #expect(processExitsWith: .success) {
      let stage = try Stage()
      let clients = try (0..<3).map { _ in try stage.connect() }
      var limit = rlimit()
      unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      // Nobody gets one with a lower number: none is free. The spare one's is.
      limit.rlim_cur = 256
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      while dup(STDERR_FILENO) >= 0 {}
      for client in clients { client.send(LocalServerLimitsTests.get) }
      for client in clients {
        #expect(stage.ends(client), "got only: \(client.received)")
        #expect(client.received.contains("Connection: close\r\n") && client.received.contains("/a."))
      }
      // There is room again: a connection stays open.
      limit.rlim_cur = limit.rlim_max
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      let client = try stage.connect()
      #expect(!stage.exchange(client, LocalServerLimitsTests.get, until: "/a.").contains("Connection: close"))
    }
  }
}
