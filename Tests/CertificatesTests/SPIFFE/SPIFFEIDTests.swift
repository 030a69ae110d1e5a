import Testing

@testable import Certificates

@Suite struct SPIFFEIDTests {
  @Test(arguments: [
    ("spiffe://prod", "prod", ""), ("spiffe://prod/ns/shop/sa/web", "prod", "/ns/shop/sa/web"),
    ("spiffe://a_b-c.d9/X_y-z.0", "a_b-c.d9", "/X_y-z.0"), ("spiffe://prod/...", "prod", "/..."),
  ])
  func isRead(text: String, domain: String, path: String) throws {
    let id = try SPIFFEID(text)
    #expect(id.trustDomain == domain && id.path == path && "\(id)" == text)
  }

  @Test(arguments: [
    ("", SPIFFEIDError.wrongScheme), ("http://prod/web", .wrongScheme), ("SPIFFE://prod/web", .wrongScheme),
    ("spiffe:/prod/web", .wrongScheme), (" spiffe://prod", .wrongScheme),
    ("spiffe://", .missingTrustDomain), ("spiffe:///web", .missingTrustDomain),
    ("spiffe://Prod/web", .badTrustDomain), ("spiffe://user@prod/web", .badTrustDomain),
    ("spiffe://prod:443/web", .badTrustDomain), ("spiffe://pröd/web", .badTrustDomain),
    ("spiffe://prod?x", .badTrustDomain), ("spiffe://prod#x", .badTrustDomain),
    ("spiffe://prod/", .emptySegment), ("spiffe://prod/web/", .emptySegment),
    ("spiffe://prod//web", .emptySegment),
    ("spiffe://prod/./web", .relativeSegment), ("spiffe://prod/a/..", .relativeSegment),
    ("spiffe://prod/w%65b", .badSegment), ("spiffe://prod/web?x=1", .badSegment),
    ("spiffe://prod/web#x", .badSegment),
    ("spiffe://prod/web\0", .badSegment), ("spiffe://prod/wéb", .badSegment),
    ("spiffe://prod/*", .badSegment),
  ])
  func isRefused(text: String, error: SPIFFEIDError) {
    #expect(throws: error) { try SPIFFEID(text) }
  }

  @Test func lengthsHaveBounds() throws {
    let domain = String(repeating: "d", count: 255)
    #expect(try SPIFFEID("spiffe://\(domain)/x").trustDomain == domain)
    #expect(throws: SPIFFEIDError.trustDomainTooLong) { try SPIFFEID("spiffe://\(domain)d/x") }
    let path = String(repeating: "p", count: 2048 - "spiffe://d/".utf8.count)
    #expect(try SPIFFEID("spiffe://d/\(path)").description.utf8.count == 2048)
    #expect(throws: SPIFFEIDError.tooLong) { try SPIFFEID("spiffe://d/\(path)p") }
  }

  @Test func everyErrorSaysSomething() {
    #expect(Set(SPIFFEIDError.allCases.map { "\($0.reason)" }).count == SPIFFEIDError.allCases.count)
  }
}
