import HTTP
import Primitives
import Testing

@testable import Mesh

@Suite struct CORSOriginTests {
  private func matches(_ pattern: String, _ origin: String) -> Bool? {
    CORSOrigin(pattern)?.matches(Array(origin.utf8).span)
  }

  @Test func whatIsMeant() {
    let cases: [(String, [String], [String])] = [
      ("*", ["https://a", "http://b:81", "null"], []),
      (
        "https://shop.example", ["https://shop.example", "HTTPS://Shop.Example"],
        [
          "http://shop.example", "https://shop.example:8443", "https://shop.example.evil",
          "https://ashop.example",
          "https://shop.example/", "null", "",
        ]
      ),
      ("https://shop.example:443", ["https://shop.example"], ["https://shop.example:443x"]),
      ("http://shop.example:80", ["http://shop.example"], ["https://shop.example"]),
      (
        "http://shop.example:8080", ["http://shop.example:8080"],
        ["http://shop.example", "http://shop.example:80"]
      ),
      (
        "https://*.shop.example", ["https://a.shop.example", "https://a.b.shop.example"],
        [
          "https://shop.example", "https://.shop.example", "https://evil/.shop.example",
          "https://ashop.example",
          "https://a.shop.example:444", "https://evil:1.shop.example", "https://a@b.shop.example",
        ]
      ),
      ("https://*", ["https://a", "https://a.b"], ["https://", "https://a:444", "http://a", "https://a/b"]),
      ("http://*:8080", ["http://a.b:8080"], ["http://a.b", "http://:8080", "http://a.b:18080"]),
    ]
    for (pattern, taken, left) in cases {
      for origin in taken { #expect(matches(pattern, origin) == true, "\(pattern) \(origin)") }
      for origin in left { #expect(matches(pattern, origin) == false, "\(pattern) \(origin)") }
    }
  }

  @Test func whatIsNoOrigin() {
    for text in [
      "", "shop.example", "https://", "ftp://a", "https://a/", "https://a/b", "https://a:0",
      "https://a:65536",
      "https://a:", "https://a:b", "https://a.*", "https://*a", "https://a..b", "https://*.", "null", "**",
      "https://a b", "https://a:+1",
    ] { #expect(CORSOrigin(text) == nil, "\(text)") }
  }
}
