import Certificates
import Primitives
import TestCertificates
import Testing

@testable import Reactor

@Suite struct TLSHandshakeTests {
  static let hello = Array("hello".utf8)

  enum Cut: CaseIterable { case whole, bytes, random }

  private func link(_ cut: Cut, _ client: TLSClientContext, _ server: TLSServerContext, seed: UInt64 = 1)
    -> TLSLink
  {
    var link = TLSLink(client, server)
    var random = Random(seed: seed)
    link.cut =
      switch cut {
      case .whole: { $0 }
      case .bytes: { _ in 1 }
      case .random: { 1 + random.next(below: min($0, 900)) }
      }
    return link
  }

  @Test(arguments: Cut.allCases, TLSVersion.allCases)
  func bothSidesComeThroughHoweverTheBytesAreCut(_ cut: Cut, _ version: TLSVersion) throws {
    let server = try TLSPeers.askingServer()
    let client = try TLSPeers.client(TLSPeers.clientCertificate) {
      $0.protocols = [.http11]
      $0.leastVersion = version
      $0.greatestVersion = version
    }
    let old = try TLSPeers.server { $0.leastVersion = version }
    for (index, context) in [server, old].enumerated() {
      let link = link(cut, client, context, seed: UInt64(index))
      link.carry()
      #expect(link.client.step == .complete)
      #expect(link.server.step == .complete)
      #expect(link.server.details?.applicationProtocol == .http11)
      #expect(link.server.details?.serverName == "test.example")
      let peer = link.server.details?.peer
      #expect((peer != nil) == (index == 0))
      if index == 0 {
        #expect(peer?.certificate.uris == ["spiffe://example.org/ns/shop/sa/client"])
        #expect(peer?.certificate.subject == "CN=client")
      }
      link.client.send(Self.hello)
      link.server.send(Array("world".utf8))
      let got = link.carry()
      #expect(got.server == Self.hello)
      #expect(got.client == Array("world".utf8))
    }
  }

  @Test(arguments: Cut.allCases) func longContentArrivesInOrder(_ cut: Cut) throws {
    let link = link(cut, try TLSPeers.client(), try TLSPeers.server())
    link.carry()
    var random = Random(seed: 7)
    let count = cut == .bytes ? 40_000 : 1_000_000
    let content = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    link.client.send(content)
    #expect(link.carry().server == content)
    link.server.send(content)
    #expect(link.carry().client == content)
  }

  /// A reader with little room gets a record in several pieces.
  @Test(arguments: [1, 100, 5_000, 16_384]) func littleRoomLosesNothing(_ room: Int) throws {
    let link = link(.random, try TLSPeers.client(), try TLSPeers.server())
    link.carry()
    let content = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    link.client.send(content)
    #expect(link.carry(room: room).server == content)
  }

  @Test func versionsAreAgreedUpon() throws {
    let link = TLSLink(try TLSPeers.client(), try TLSPeers.server())
    link.carry()
    #expect(link.client.details?.version == .v13)
    #expect(link.client.details?.cipher.description == "TLS_AES_128_GCM_SHA256")
    #expect(link.client.details?.isResumed == false)
  }

  @Test(arguments: TLSVersion.allCases) func aSessionIsResumed(_ version: TLSVersion) throws {
    let server = try TLSPeers.askingServer()
    let store = TLSSessionStore()
    let client = try TLSPeers.client(TLSPeers.clientCertificate) { $0.greatestVersion = version }
    for round in 0..<3 {
      let link = TLSLink(client, server, resuming: store)
      link.carry()
      #expect(link.client.details?.isResumed == (round > 0))
      #expect(link.server.details?.isResumed == (round > 0))
      // Who the client is goes on with the session.
      #expect(link.server.details?.peer?.certificate.uris == ["spiffe://example.org/ns/shop/sa/client"])
    }
  }

  @Test func ticketsOutliveTheContextButNotItsRules() throws {
    let store = TLSSessionStore()
    let client = try TLSPeers.client(TLSPeers.clientCertificate)
    let first = try TLSPeers.askingServer()
    TLSLink(client, first, resuming: store).carry()
    var settings = first.settings
    let renewed = TLSLink(client, try TLSServerContext(settings), resuming: store)
    renewed.carry()
    #expect(renewed.server.details?.isResumed == true)
    settings.trust = try TLSPeers.trust(revocations: [TLSPeers.authority.revocations(of: [])])
    let stricter = TLSLink(client, try TLSServerContext(settings), resuming: store)
    stricter.carry()
    #expect(stricter.server.step == .complete)
    #expect(stricter.server.details?.isResumed == false)
    settings.ticketKeys = TLSTicketKeys()
    let other = TLSLink(client, try TLSServerContext(settings), resuming: store)
    other.carry()
    #expect(other.server.details?.isResumed == false)
  }

  /// A peer's connections hold its certificate once, the library's object too. The first of them may end first.
  @Test func certificatesAreShared() throws {
    let server = try TLSPeers.askingServer()
    let client = try TLSPeers.client(TLSPeers.clientCertificate)
    let wire = TLSWire(capacity: 4 << 20)
    var links = (0..<3).map { _ in TLSLink(client, server, on: wire) }
    for link in links { link.carry() }
    func places() -> [UInt?] { links.map { $0.server.session.map { SSLPeer.place(of: $0) } } }
    #expect(Set(places()).count == 1 && places()[0] != 0)
    let peers = links.map { $0.server.details?.peer }
    #expect(peers.allSatisfy { $0 != nil && $0 === peers[0] })
    links.removeFirst()
    wire.peers = TLSPeerTable()
    for link in links {
      let subject = link.server.session.flatMap { unsafe SSLPeer.subject(of: $0) }
      #expect(subject == "CN=client")
    }
  }

  /// A ticket's key seals for a period, opens for another one, and is then wiped: by a clock that the test moves.
  @Test func aTicketsKeyLivesForTwoPeriods() throws {
    let hour: Int64 = 3_600
    let start = MonotonicTime(nanoseconds: 0)
    func at(_ hours: Int64) -> MonotonicTime { start + .seconds(hours * hour) }
    let keys = TLSTicketKeys(period: .seconds(12 * hour), now: start)
    let first = TicketProbe(sealedBy: keys, at: at(0))
    #expect(first.opened(by: keys, at: at(11)) == .current)
    // Nobody has sealed anything since: the key is the newest there is, and its tickets are replaced.
    #expect(first.opened(by: keys, at: at(13)) == .former)
    let second = TicketProbe(sealedBy: keys, at: at(13))
    #expect(second.opened(by: keys, at: at(13)) == .current)
    #expect(first.opened(by: keys, at: at(24)) == .former)
    #expect(first.opened(by: keys, at: at(25)) == .unknown)
    #expect(second.opened(by: keys, at: at(25)) == .former)
    // Not from a third key's beginning on.
    _ = TicketProbe(sealedBy: keys, at: at(26))
    #expect(first.opened(by: keys, at: at(26)) == .unknown)
    #expect(second.opened(by: keys, at: at(36)) == .former)
    #expect(second.opened(by: keys, at: at(38)) == .unknown)
  }

  @Test func keysOfTicketsAreForgotten() throws {
    let server = try TLSPeers.server { $0.ticketKeys = TLSTicketKeys(period: .nanoseconds(1)) }
    let store = TLSSessionStore()
    let client = try TLSPeers.client()
    for _ in 0..<2 {
      let link = TLSLink(client, server, resuming: store)
      link.carry()
      #expect(link.server.step == .complete)
      #expect(link.server.details?.isResumed == false)
    }
  }
}
