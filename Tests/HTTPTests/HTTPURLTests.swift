import HTTP
import Testing

@Suite struct HTTPURLTests {
  @Test(
    arguments: [
      ("https://a", true, "a", 443, "/"),
      ("http://a.example/b/c", false, "a.example", 80, "/b/c"),
      ("HTTPS://A.Example:8443/B?c=%20d", true, "a.example", 8443, "/B?c=%20d"),
      ("https://a?b", true, "a", 443, "/?b"),
      ("https://[::1]:1/", true, "::1", 1, "/"),
      ("https://[FE80::1]", true, "fe80::1", 443, "/"),
      ("http://127.0.0.1:65535", false, "127.0.0.1", 65535, "/"),
      ("http://a_b-c/", false, "a_b-c", 80, "/"),
    ] as [(String, Bool, String, UInt16, String)])
  func taken(text: String, isSecure: Bool, host: String, port: UInt16, target: String) throws {
    let url = try HTTPURL(text)
    #expect(url.isSecure == isSecure && url.host == host && url.port == port && url.target == target)
    #expect(try HTTPURL(url.description) == url)
  }

  @Test(
    arguments: [
      ("", .noScheme), ("a.example/b", .noScheme), ("://a", .noScheme), ("https:/a", .noScheme),
      ("ftp://a", .otherScheme), ("httpss://a", .otherScheme), (" https://a", .otherScheme),
      ("https://me:secret@a/", .user), ("https://", .noHost), ("https:///a", .noHost),
      ("https://:80/", .noHost),
      ("https://[]/", .noHost), ("https://a b/", .invalidHost), ("https://[::1", .invalidHost),
      ("https://[::1]a/", .invalidHost), ("https://[a.example]/", .invalidHost),
      ("https://\u{e4}/", .invalidHost),
      ("https://\(String(repeating: "a", count: 254))/", .invalidHost), ("https://a\r\nb/", .invalidHost),
      ("https://a:/", .invalidPort), ("https://a:0/", .invalidPort), ("https://a:65536/", .invalidPort),
      ("https://a:+1/", .invalidPort), ("https://a:1:2/", .invalidPort), ("https://a/b#c", .fragment),
      ("https://a#c", .fragment), ("https://a/b c", .invalidTarget), ("https://a/\u{e4}", .invalidTarget),
      ("https://a/\r\nx:", .invalidTarget), ("https://a/{b}", .invalidTarget),
    ] as [(String, HTTPURL.Fault)])
  func refused(text: String, fault: HTTPURL.Fault) { #expect(throws: fault) { try HTTPURL(text) } }
}
