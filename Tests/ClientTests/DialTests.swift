import Client
import HTTP
import Primitives
import Reactor
import TestCertificates
import Testing

@testable import HTTPPeers

/// Names, addresses and TLS, up to a connection.
@Suite struct DialTests {
  static let authority = TestAuthority()
  static let stranger = TestAuthority("stranger")
  private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

  private func server(
    _ profile: CertificateProfile = CertificateProfile("server", "DNS:keys.example"),
    by authority: TestAuthority = authority,
    _ change: (inout TLSServerContext.Settings) throws -> Void = { _ in }
  ) throws -> TLSServerContext {
    let made = authority.issue(profile)
    var settings = TLSServerContext.Settings(certificates: [
      try TLSCertificate(chain: made.chain, key: made.key)
    ])
    try change(&settings)
    return try TLSServerContext(settings)
  }

  private func context(_ change: (inout TLSClientContext.Settings) throws -> Void = { _ in }) throws
    -> TLSClientContext
  {
    var settings = TLSClientContext.Settings(trust: try TLSTrust(bundles: [Self.authority.pem]))
    settings.serverName = "keys.example"
    settings.names = [.dns("keys.example")]
    settings.protocols = [.h2, .http11]
    try change(&settings)
    return try TLSClientContext(settings)
  }

  // MARK: Names

  @Test func aNameIsLookedUp() throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin(host: "keys.example"))
    #expect(stage.turn { stage.resolver.asked.map(\.host) == ["keys.example"] })
    stage.resolver.answer(["127.0.0.1"])
    let peer = try stage.accept(until: "\r\n\r\n")
    #expect(peer.text.contains("\r\nhost: keys.example:\(stage.port)\r\n"))
    peer.send(Self.answer)
    stage.finish(noted)
    #expect(noted.hasEnded)
  }

  @Test func aNameThatIsNone() throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin(host: "keys.example"))
    #expect(stage.turn { !stage.resolver.asked.isEmpty })
    stage.resolver.answer([], reason: "Name or service not known")
    stage.finish(noted)
    #expect(noted.failure == .unresolved("Name or service not known"))
    #expect(stage.client.connectionCount == 0)
  }

  @Test func anAnswerThatComesTooLate() throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin(host: "keys.example"))
    #expect(stage.turn { !stage.resolver.asked.isEmpty })
    stage.pass(.milliseconds(5_100))
    #expect(noted.failure == .timedOut(.lookup))
    stage.resolver.answer(["127.0.0.1"])
    #expect(stage.hasNoNewConnection())
    #expect(stage.client.connectionCount == 0)
  }

  /// Nobody listens on the first two.
  @Test func theNextAddressIsTried() throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin(host: "keys.example"))
    #expect(stage.turn { !stage.resolver.asked.isEmpty })
    stage.resolver.answer(["127.0.0.2", "127.0.0.3", "127.0.0.1"])
    let peer = try stage.accept(until: "\r\n\r\n")
    peer.send(Self.answer)
    stage.finish(noted)
    #expect(noted.hasEnded)
  }

  @Test func allAddressesAreDead() throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin(host: "keys.example"))
    #expect(stage.turn { !stage.resolver.asked.isEmpty })
    stage.resolver.answer(["127.0.0.2", "127.0.0.3"])
    stage.finish(noted)
    #expect(noted.failure == .connectFailed(111))
  }

  @Test func withoutAResolverHostsAreAddresses() throws {
    let loop = try EventLoop()
    let client = HTTPClient(on: loop, kind: 8)
    defer { client.close() }
    let noted = NotedResponse()
    client.start(ClientRequest(.get, "/a"), to: ClientOrigin(host: "keys.example", port: 1), for: noted)
    for _ in 0..<10 { loop.turn(client, limit: Clock.now()) }
    #expect(noted.failure == .unresolved("it is no address, and names are not looked up here"))
  }

  // MARK: TLS

  @Test func overTLS() throws {
    let stage = try ClientStage()
    let tls = try server { $0.protocols = [.http11] }
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin(tls: try context()))
    let peer = try stage.accept(tls)
    stage.expect(peer, "GET /a HTTP/1.1\r\n")
    #expect(peer.details?.serverName == "keys.example")
    peer.send(Self.answer)
    stage.finish(noted)
    #expect(noted.text == "ok")
    #expect(stage.client.connectionCount == 1)
  }

  @Test func http2ByALPN() throws {
    let stage = try ClientStage()
    let tls = try server()
    let origin = stage.origin(tls: try context())
    let noted = stage.start(ClientRequest(.get, "/a"), to: origin)
    let server = HTTP2Server(try stage.accept(tls))
    #expect(
      stage.turn {
        server.poll(); return server.requests.count == 1
      })
    #expect(server.requests[0].head.text(of: server.requests[0].head.scheme) == "https")
    server.answer(server.requests[0], body: Array("ok".utf8))
    #expect(
      stage.turn {
        server.poll(); return noted.isOver
      })
    #expect(noted.text == "ok")
    // From now on calls at the same time share a connection.
    let more = (0..<3).map { stage.start(ClientRequest(.get, "/\($0)"), to: origin) }
    #expect(
      stage.turn {
        server.poll(); return server.requests.count == 4
      })
    for stream in server.requests.dropFirst() { server.answer(stream) }
    for noted in more {
      #expect(
        stage.turn {
          server.poll(); return noted.hasEnded
        })
    }
    #expect(stage.hasNoNewConnection())
  }

  /// The first call cannot know: each has dialed, and what they bring is used by all.
  @Test func severalBeforeTheProtocolIsKnown() throws {
    let stage = try ClientStage()
    let tls = try server()
    let origin = stage.origin(tls: try context())
    let all = (0..<3).map { stage.start(ClientRequest(.get, "/\($0)"), to: origin) }
    let servers = try (0..<3).map { _ in HTTP2Server(try stage.accept(tls)) }
    #expect(
      stage.turn {
        for server in servers {
          server.poll()
          for stream in server.requests where !stream.sentHead { server.answer(stream) }
        }
        return all.filter(\.hasEnded).count == 3
      })
  }

  struct BadPeer: CustomTestStringConvertible {
    let testDescription: String
    var profile = CertificateProfile("server", "DNS:keys.example")
    var isStranger = false
    let reason: TLSFailure.Reason
  }

  @Test(arguments: [
    BadPeer(
      testDescription: "expired", profile: CertificateProfile("s", "DNS:keys.example").with { $0.to = -0.5 },
      reason: .expired),
    BadPeer(
      testDescription: "not yet valid",
      profile: CertificateProfile("s", "DNS:keys.example").with { $0.from = 1 },
      reason: .notYetValid),
    BadPeer(
      testDescription: "another name", profile: CertificateProfile("s", "DNS:other.example"),
      reason: .wrongName),
    BadPeer(testDescription: "another authority", isStranger: true, reason: .unknownAuthority),
    BadPeer(
      testDescription: "a client's certificate",
      profile: CertificateProfile("s", "DNS:keys.example").with { $0.extendedUsage = "clientAuth" },
      reason: .wrongPurpose),
  ])
  func refusesBadPeers(_ bad: BadPeer) throws {
    let stage = try ClientStage()
    let tls = try server(bad.profile, by: bad.isStranger ? Self.stranger : Self.authority)
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin(tls: try context()))
    let peer = try stage.accept(tls)
    #expect(
      stage.turn {
        peer.poll(); return noted.isOver
      })
    guard case .secureFailed(let failure, let shown) = noted.failure else {
      Issue.record("\(String(describing: noted.failure))")
      return
    }
    #expect(failure == TLSFailure(bad.reason) && shown.hasPrefix("dns:"))
    #expect(peer.text.isEmpty)
    #expect(stage.client.connectionCount == 0)
  }

  @Test func aServerWithoutTLS() throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin(tls: try context()))
    let peer = try stage.accept()
    peer.send("HTTP/1.1 400 Bad Request\r\n\r\n")
    stage.finish(noted)
    guard case .secureFailed = noted.failure else {
      Issue.record("\(String(describing: noted.failure))")
      return
    }
  }

  @Test func aHandshakeThatStops() throws {
    let stage = try ClientStage()
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin(tls: try context()))
    let peer = try stage.accept()
    #expect(
      stage.turn {
        peer.poll(); return !peer.received.isEmpty
      })
    stage.pass(.milliseconds(5_100))
    #expect(noted.failure == .timedOut(.handshake))
    #expect(stage.client.connectionCount == 0)
  }

  @Test func aServerThatKnowsNoHTTP2() throws {
    let stage = try ClientStage()
    let tls = try server { $0.protocols = [.http11] }
    let only = try context { $0.protocols = [.h2] }
    let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin(tls: only))
    let peer = try stage.accept(tls)
    #expect(
      stage.turn {
        peer.poll(); return noted.isOver
      })
    guard case .secureFailed = noted.failure else {
      Issue.record("\(String(describing: noted.failure))")
      return
    }
  }

  /// The body ends with the connection, and somebody has cut that off: TLS does not vouch for its end.
  @Test func aTruncatedBodyIsNotWhole() throws {
    for isWhole in [true, false] {
      let stage = try ClientStage()
      let tls = try server { $0.protocols = [.http11] }
      let noted = stage.start(ClientRequest(.get, "/a"), to: stage.origin(tls: try context()))
      let peer = try stage.accept(tls)
      stage.expect(peer, "\r\n\r\n")
      peer.send("HTTP/1.1 200 OK\r\n\r\nhello")
      #expect(stage.turn { noted.text == "hello" })
      if isWhole { peer.finish() } else { peer.cut() }
      stage.finish(noted)
      #expect(noted.hasEnded == isWhole)
      #expect(isWhole || noted.failure == .truncated)
    }
  }

  /// Who is believed has changed: what was made before is not used again.
  @Test func aNewContextMakesNewConnections() throws {
    let stage = try ClientStage()
    let tls = try server { $0.protocols = [.http11] }
    let store = TLSContextStore(try context())
    let origin = ClientOrigin(host: "127.0.0.1", port: stage.port, tls: store)
    // One that goes out of sight would close its end.
    var peers: [PeerConnection] = []
    for _ in 0..<2 {
      let noted = stage.start(ClientRequest(.get, "/a"), to: origin)
      let peer = try stage.accept(tls)
      peers.append(peer)
      stage.expect(peer, "\r\n\r\n")
      peer.send(Self.answer)
      stage.finish(noted)
      store.replace(try context())
    }
    #expect(stage.client.connectionCount == 1)
  }
}
