import Testing

@testable import Certificates

@Suite struct SPIFFEIDPatternTests {
  @Test(arguments: [
    ("spiffe://prod/ns/shop/sa/web", ["spiffe://prod/ns/shop/sa/web"]),
    ("spiffe://prod/ns/*/sa/web", ["spiffe://prod/ns/shop/sa/web", "spiffe://prod/ns/x/sa/web"]),
    ("spiffe://prod/*", ["spiffe://prod/web"]),
    ("spiffe://prod/*/*", ["spiffe://prod/ns/web"]),
    ("spiffe://prod/**", ["spiffe://prod/web", "spiffe://prod/ns/shop/sa/web"]),
    ("spiffe://prod/ns/**", ["spiffe://prod/ns/shop", "spiffe://prod/ns/shop/sa/web"]),
    ("spiffe://prod/ns/*/**", ["spiffe://prod/ns/shop/sa", "spiffe://prod/ns/shop/sa/web"]),
    ("spiffe://prod", ["spiffe://prod"]),
  ])
  func takes(pattern: String, ids: [String]) throws {
    let pattern = try SPIFFEIDPattern(pattern)
    for id in ids { #expect(pattern.matches(try SPIFFEID(id)), "\(id)") }
  }

  @Test(arguments: [
    (
      "spiffe://prod/ns/*/sa/web",
      [
        "spiffe://prod/ns/shop/sa/web2", "spiffe://prod/ns/shop/sa/we", "spiffe://prod/ns/shop/sa",
        "spiffe://prod/ns/shop/sa/web/x", "spiffe://prod/ns/a/b/sa/web", "spiffe://prod/ns/sa/web",
        "spiffe://other/ns/shop/sa/web", "spiffe://prod/Ns/shop/sa/web", "spiffe://prod",
      ]
    ),
    ("spiffe://prod/*", ["spiffe://prod", "spiffe://prod/a/b", "spiffe://prod.evil/a"]),
    ("spiffe://prod/**", ["spiffe://prod", "spiffe://prod2/a"]),
    ("spiffe://prod/ns/**", ["spiffe://prod/ns", "spiffe://prod/nsx/a", "spiffe://prod/n/s"]),
    ("spiffe://prod", ["spiffe://prod/web"]),
  ])
  func leaves(pattern: String, ids: [String]) throws {
    let pattern = try SPIFFEIDPattern(pattern)
    for id in ids { #expect(!pattern.matches(try SPIFFEID(id)), "\(id)") }
  }

  @Test(arguments: [
    ("spiffe://*/web", SPIFFEIDPatternError.starInTrustDomain), ("spiffe://*.prod/web", .starInTrustDomain),
    ("spiffe://pro*", .starInTrustDomain), ("spiffe://prod/we*", .starInSegment),
    ("spiffe://prod/***", .starInSegment), ("spiffe://prod/a**", .starInSegment),
    ("spiffe://prod/**/web", .doubleStarInside), ("spiffe://prod/**/**", .doubleStarInside),
    ("spiffe://prod/*/", .id(.emptySegment)), ("spiffe://prod//*", .id(.emptySegment)),
    ("spiffe://Prod/*", .id(.badTrustDomain)), ("spiffe:///*", .id(.missingTrustDomain)),
    ("spiffe://prod/*?x", .starInSegment), ("http://prod/*", .id(.wrongScheme)), ("*", .id(.wrongScheme)),
    ("spiffe:*", .id(.wrongScheme)), ("spiffe://prod/a%2Fb/*", .id(.badSegment)),
  ])
  func isRefused(text: String, error: SPIFFEIDPatternError) {
    #expect(throws: error) { try SPIFFEIDPattern(text) }
  }
}
