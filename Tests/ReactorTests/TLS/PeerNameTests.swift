import Testing

@testable import Reactor

@Suite struct PeerNameTests {
  @Test(arguments: [
    ("spiffe://a/b/c", "spiffe://a/b/c", true), ("spiffe://a/b/c", "spiffe://a/b/C", false),
    ("spiffe://a/*/c", "spiffe://a/b/c", true), ("spiffe://a/*/c", "spiffe://a/b/x/c", false),
    ("spiffe://a/*", "spiffe://a/b/c", false), ("spiffe://a/*", "spiffe://a/", false),
    ("spiffe://*/b", "spiffe://a/b", false), ("spiffe://a/**", "spiffe://a/b/c", true),
    ("spiffe://a/**", "spiffe://a", false), ("spiffe://a/b", "spiffe://a/b/", false),
    ("spiffe://a/n*", "spiffe://a/ns", false),
  ]) func segmentsMayBeStars(_ pattern: String, _ uri: String, _ isMatch: Bool) {
    #expect(PeerName.matches(uri: pattern, uri) == isMatch)
  }
}
