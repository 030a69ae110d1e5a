import HTTP
import HTTPInvariants
import Testing

@Suite struct PathNormalizerTests {
  private func normalize(_ target: String) throws -> String {
    var head = MessageHead()
    read("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n", into: &head)
    try PathNormalizer.normalize(&head)
    let path = head.text(of: head.path)
    try PathNormalizer.normalize(&head)
    let again = head.text(of: head.path)
    #expect(path == again)
    return path
  }

  @Test(arguments: [
    ("/", "/"), ("/a/b", "/a/b"), ("/a/b/", "/a/b/"), ("/a.b/c..d", "/a.b/c..d"), ("//", "/"),
    ("///a//b///", "/a/b/"),
    ("/.", "/"), ("/./", "/"), ("/a/.", "/a/"), ("/a/./b", "/a/b"), ("/a/..", "/"), ("/a/../", "/"),
    ("/a/../b", "/b"),
    ("/a/b/../../c", "/c"), ("/a/b/..", "/a/"), ("/a//../b", "/b"), ("/...", "/..."),
    ("/.a/..b/.../.c.", "/.a/..b/.../.c."),
    ("/%2e", "/"), ("/a/%2E%2e/b", "/b"), ("/a/.%2e/b", "/b"), ("/a/%2e./b", "/b"),
    ("/%61%62%7E%2d%5F%30", "/ab~-_0"),
    ("/a%2fb", "/a%2Fb"), ("/a%5cb", "/a%5Cb"), ("/a%2F..%2Fb", "/a%2F..%2Fb"), ("/a%2f../b", "/a%2F../b"),
    ("/%c3%a9", "/%C3%A9"),
    ("/%252e%252e/a", "/%252e%252e/a"), ("/a%20b%3f%23", "/a%20b%3F%23"), ("/%0d%0a", "/%0D%0A"),
    ("/a;x/..;/b", "/a;x/..;/b"),
    ("/aaaaaaa/./b", "/aaaaaaa/b"), ("/aaaaaa//b", "/aaaaaa/b"), ("/aaaaaaaaaaaaaaa.", "/aaaaaaaaaaaaaaa."),
    ("/aaaaaaaaaaaaaa/..", "/"),
  ])
  func paths(target: String, path: String) throws { #expect(try normalize(target) == path) }

  @Test(arguments: [
    ("/%", HTTPError.invalidEscape), ("/%4", .invalidEscape), ("/%zz", .invalidEscape),
    ("/%4g", .invalidEscape),
    ("/%%41", .invalidEscape), ("/a%00", .nullInPath), ("/%00/..", .nullInPath), ("/..", .pathAboveRoot),
    ("/../a", .pathAboveRoot), ("/a/../../b", .pathAboveRoot), ("/%2e%2e", .pathAboveRoot),
    ("//..", .pathAboveRoot),
    ("/./../x", .pathAboveRoot),
  ])
  func refused(target: String, error: HTTPError) { #expect(throws: error) { try normalize(target) } }

  @Test func queryAndTargetStay() throws {
    var head = MessageHead()
    read("GET /a/../b?x=/../%zz//%00 HTTP/1.1\r\nHost: h\r\n\r\n", into: &head)
    try PathNormalizer.normalize(&head)
    let parts = [head.text(of: head.path), head.text(of: head.query), head.text(of: head.target)]
    #expect(parts == ["/b", "x=/../%zz//%00", "/a/../b?x=/../%zz//%00"])
  }

  @Test func asterisk() throws {
    var head = MessageHead()
    read("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", into: &head)
    try PathNormalizer.normalize(&head)
    let path = head.text(of: head.path)
    #expect(path == "*")
  }
}
