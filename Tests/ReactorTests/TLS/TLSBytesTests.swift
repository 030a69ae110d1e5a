import Primitives
import Testing

@testable import Reactor

/// Bytes that are no TLS, or not all of it.
@Suite struct TLSBytesTests {
  /// Cut off anywhere, the first flight is neither an error nor complete.
  @Test func aTruncatedHelloWaits() throws {
    let hello = TLSEnd(client: try TLSPeers.client()).takeOutput()
    let context = try TLSPeers.server()
    for count in stride(from: 1, to: hello.count, by: 7) {
      let server = TLSEnd(server: context)
      _ = server.receive(Array(hello[..<count]))
      #expect(server.step == .needsInput)
      #expect(server.takeOutput().isEmpty)
    }
  }

  @Test(
    arguments: [
      ("GET / HTTP/1.1\r\n\r\n", TLSFailure.Reason.plainHTTP), ("HTTP/1.1 400 Bad Request\r\n", .plainHTTP),
      ("\u{0}\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}", .notTLS), ("\u{16}\u{3}\u{1}", nil),
      ("\u{16}\u{9}\u{9}\u{0}\u{5}hello", .protocolVersion),
    ] as [(String, TLSFailure.Reason?)]) func garbageIsNamed(_ text: String, _ reason: TLSFailure.Reason?)
    throws
  {
    let server = TLSEnd(server: try TLSPeers.server())
    _ = server.receive(Array(text.utf8))
    #expect(server.failure?.reason == reason)
    let client = TLSEnd(client: try TLSPeers.client())
    _ = client.takeOutput()
    _ = client.receive(Array(text.utf8))
    #expect(client.failure?.reason == reason)
  }

  /// One byte that was changed anywhere in either direction ends the connection, and nothing else.
  @Test func changedBytesAreNoticed() throws {
    var random = Random(seed: 3)
    let (client, server) = (try TLSPeers.client(TLSPeers.clientCertificate), try TLSPeers.askingServer())
    for round in 0..<300 {
      let link = TLSLink(client, server)
      var flights = 0
      let target = random.next(below: 3)
      var changed = false
      while true {
        var (up, down) = (link.client.takeOutput(), link.server.takeOutput())
        if up.isEmpty && down.isEmpty { break }
        if flights == target, !up.isEmpty {
          up[random.next(below: up.count)] ^= UInt8(1 << random.next(below: 8))
          changed = true
        } else if flights == target {
          down[random.next(below: down.count)] ^= UInt8(1 << random.next(below: 8))
          changed = true
        }
        flights += 1
        _ = link.server.receive(up)
        _ = link.client.receive(down)
      }
      link.client.send(Array("secret".utf8))
      let got = link.carry()
      if changed, link.client.step == .complete, link.server.step == .complete {
        // A changed length can leave a side waiting, and a changed version byte of a record means nothing (RFC 8446,
        // section 5.1): content is right or does not come.
        #expect(got.server.isEmpty || got.server == Array("secret".utf8), "round \(round)")
      }
    }
  }

  @Test func tamperedContentIsRefused() throws {
    let link = TLSLink(try TLSPeers.client(), try TLSPeers.server())
    link.carry()
    link.client.send(Array("secret".utf8))
    var bytes = link.client.takeOutput()
    bytes[bytes.count - 3] ^= 1
    #expect(link.server.receive(bytes).isEmpty)
    #expect(link.server.failure == TLSFailure(.badRecord))
    link.carry()
    #expect(link.client.failure == TLSFailure(.peerAlert, alert: 20))
  }

  @Test func renewedKeysAreFineAndAFloodOfThemIsNot() throws {
    for (count, isFine) in [(20, true), (1000, false)] {
      let link = TLSLink(try TLSPeers.client(), try TLSPeers.server())
      link.carry()
      for _ in 0..<count { SSLPeer.updateKeys(try #require(link.client.session)) }
      link.client.send(Array("after".utf8))
      let got = link.carry()
      #expect(link.server.failure == (isFine ? nil : TLSFailure(.idleRecords)))
      #expect(got.server == (isFine ? Array("after".utf8) : []))
    }
  }

  @Test func aGoodbyeIsAnEnd() throws {
    let link = TLSLink(try TLSPeers.client(), try TLSPeers.server())
    link.carry()
    link.client.send(Array("last".utf8))
    link.client.session?.sayGoodbye()
    #expect(link.carry().server == Array("last".utf8))
    #expect(link.server.session?.hasClosed == true)
    #expect(link.server.failure == nil)
    // The other direction goes on.
    link.server.send(Array("answer".utf8))
    #expect(link.carry().client == Array("answer".utf8))
  }

  @Test(
    arguments: [
      ([], 0), ([22], 0), ([22, 3, 1, 0, 2, 9], 0), ([22, 3, 1, 0, 2, 9, 9], 7),
      ([22, 3, 1, 0, 2, 9, 9, 23, 3, 3], 7),
      ([22, 3, 1, 0, 1, 9, 23, 3, 3, 0, 1, 7], 12), ([71, 69, 84], 3), ([22, 3, 1, 255, 255, 1], 6),
      ([22, 3, 1, 0, 1, 9, 99], 7),
    ] as [([UInt8], Int)]) func recordsAreCounted(_ bytes: [UInt8], _ whole: Int)
  {
    #expect(TLSRecord.whole(bytes.span) == whole)
  }
}
