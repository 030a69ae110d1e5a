import Certificates
import TestCertificates
import Testing

@testable import Reactor

@Suite struct TLSVerifiedChainsTests {
  @Test func verdictsEndInTime() {
    let chains = TLSVerifiedChains()
    chains.add([1], until: 1_000_000, now: 1_000)
    chains.add([2], until: 1_010, now: 1_000)
    #expect(chains.contains([1], now: 1_299) && !chains.contains([1], now: 1_300))
    #expect(chains.contains([2], now: 1_009) && !chains.contains([2], now: 1_010))
    #expect(!chains.contains([3], now: 1_000))
  }

  @Test func thereIsABound() {
    let chains = TLSVerifiedChains()
    for index in 0..<5_000 { chains.add([UInt8(index & 255), UInt8(index >> 8)], until: .max, now: 0) }
    let kept = (0..<5_000).count { chains.contains([UInt8($0 & 255), UInt8($0 >> 8)], now: 0) }
    #expect(kept > 0 && kept <= 1_024)
  }

  /// Whole handshakes with the same context: the verdict is that of the first, for good and for bad.
  @Test func whoWasGoodStaysGoodAndWhoWasBadStaysBad() throws {
    let server = try TLSPeers.askingServer()
    let good = try TLSPeers.client(TLSPeers.clientCertificate)
    let bad = try TLSPeers.client(TLSPeers.stranger.issue(CertificateProfile("client")))
    for _ in 0..<3 {
      let link = TLSLink(good, server)
      link.carry()
      #expect(link.server.step == .complete && link.client.step == .complete)
      #expect(link.server.details?.isResumed == false)
      #expect(link.server.details?.peer?.certificate.subject == "CN=client")
      let other = TLSLink(bad, server)
      other.carry()
      #expect(other.server.failure == TLSFailure(.unknownAuthority))
    }
  }
}
