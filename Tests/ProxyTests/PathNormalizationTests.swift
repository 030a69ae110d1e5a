import Testing

/// One normalization: the path that was matched is the path that is forwarded.
@Suite struct PathNormalizationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let target: String
    let forwarded: String
    let isAdmin: Bool
    var testDescription: String { target }
  }

  static let cases = [
    Case(target: "/admin", forwarded: "/admin", isAdmin: true),
    Case(target: "/admin/x", forwarded: "/admin/x", isAdmin: true),
    Case(target: "/%61dmin", forwarded: "/admin", isAdmin: true),
    Case(target: "//admin", forwarded: "/admin", isAdmin: true),
    Case(target: "/a/../admin/x", forwarded: "/admin/x", isAdmin: true),
    Case(target: "/a/%2e%2e/admin", forwarded: "/admin", isAdmin: true),
    Case(target: "/a/%2E./admin", forwarded: "/admin", isAdmin: true),
    Case(target: "/./admin/.", forwarded: "/admin/", isAdmin: true),
    Case(target: "/admin/..", forwarded: "/", isAdmin: false),
    Case(target: "/admin/../x", forwarded: "/x", isAdmin: false),
    Case(target: "/admin%2Fx", forwarded: "/admin%2Fx", isAdmin: false),
    Case(target: "/admin%2f..%2fx", forwarded: "/admin%2F..%2Fx", isAdmin: false),
    Case(target: "/a%5c..%5cadmin", forwarded: "/a%5C..%5Cadmin", isAdmin: false),
    Case(target: "/a//b///c/", forwarded: "/a/b/c/", isAdmin: false),
    Case(target: "/%7euser/%41%2d%5F", forwarded: "/~user/A-_", isAdmin: false),
    Case(target: "/caf%c3%a9%20", forwarded: "/caf%C3%A9%20", isAdmin: false),
    Case(target: "/...", forwarded: "/...", isAdmin: false),
    Case(target: "/a/.b/..c", forwarded: "/a/.b/..c", isAdmin: false),
    // The query is nobody's path.
    Case(
      target: "/x?a=%2e%2e/..//&b=%61&c=%00&d=?", forwarded: "/x?a=%2e%2e/..//&b=%61&c=%00&d=?",
      isAdmin: false),
    Case(target: "//x?/admin/../y", forwarded: "/x?/admin/../y", isAdmin: false),
    Case(target: "/a/../x?", forwarded: "/x?", isAdmin: false),
    Case(target: "http://a//admin/./y?z", forwarded: "/admin/y?z", isAdmin: true),
  ]

  private static func proxy(_ admin: Origin, _ other: Origin) throws -> TestProxy {
    try TestProxy(
      """
      routes:
      - name: all
        rules:
        - {matches: [{path: {type: PathPrefix, value: /admin}}], backendRefs: [{name: admin}]}
        - {backendRefs: [{name: other}]}
      services:
      - {name: admin, endpoints: ["127.0.0.1:\(admin.port)"]}
      - {name: other, endpoints: ["127.0.0.1:\(other.port)"]}
      """)
  }

  @Test(arguments: cases) func whatIsMatchedIsForwarded(_ test: Case) throws {
    let (admin, other) = (Origin.mirror(), Origin.mirror())
    let proxy = try Self.proxy(admin, other)
    #expect(try proxy.get(test.target).mirrored.startLine == "GET \(test.forwarded) HTTP/1.1")
    #expect(admin.connections == (test.isAdmin ? 1 : 0))
    #expect(other.connections == (test.isAdmin ? 0 : 1))
  }

  @Test(arguments: [
    "/..", "/../x", "/a/../../x", "/%2e%2e/x", "/.%2e", "/a%00b", "/%00", "/a%", "/a%2", "/a%zz", "/a%2g?x",
    "//..",
  ]) func isRefused(_ target: String) throws {
    let (admin, other) = (Origin.mirror(), Origin.mirror())
    let proxy = try Self.proxy(admin, other)
    let answer = try proxy.get(target)
    #expect(answer.status == 400)
    #expect(answer["connection"] == "close")
    #expect(answer["proxy-status"]?.contains("http_request_error") == true)
    #expect(admin.connections + other.connections == 0)
  }
}
