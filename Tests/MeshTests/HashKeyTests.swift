import HTTP
import Mesh
import Primitives
import Testing

@Suite struct HashKeyTests {
  private let source = SocketAddress("10.0.0.1:4000")!

  private func head(_ target: String, _ fields: String) throws -> MessageHead {
    var head = MessageHead()
    var trailers = MessageHead()
    var decoder = HTTP1Decoder(role: .server)
    var offset = 0
    let bytes = Array("GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8)
    let event = try decoder.next(bytes.span, &offset, head: &head, trailers: &trailers)
    try #require(event == .head)
    return head
  }

  private func name(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test(
    arguments: [
      ("/", "X-User: alice\r\n", "alice"), ("/", "x-user: a\r\nX-User: b\r\n", "a"),
      ("/", "X-User: \r\n", ""),
      ("/", "X-Users: a\r\n", nil),
    ] as [(String, String, String?)])
  func headers(_ target: String, _ fields: String, _ value: String?) throws {
    let head = try head(target, fields)
    #expect(
      HashKey.header(name("x-user")).value(of: head, from: source) == value.map { StableHash($0).value })
  }

  @Test(
    arguments: [
      ("Cookie: session=1\r\n", "1"), ("Cookie: a=2; session=1; b=3\r\n", "1"),
      ("Cookie: a=2;session=\r\n", ""),
      ("Cookie: sessions=1; xsession=2\r\n", nil), ("Cookie: session\r\n", nil), ("", nil),
      ("Cookie: a=1\r\nCookie: session=2\r\n", "2"), ("Cookie: Session=1\r\n", nil),
    ] as [(String, String?)])
  func cookies(_ fields: String, _ value: String?) throws {
    let head = try head("/", fields)
    #expect(
      HashKey.cookie(name("session")).value(of: head, from: source) == value.map { StableHash($0).value })
  }

  @Test(
    arguments: [
      ("/?user=1", "1"), ("/?a=b&user=x%20y&user=2", "x%20y"), ("/?user", nil), ("/?users=1&xuser=1", nil),
      ("/", nil), ("/?user=", ""),
    ] as [(String, String?)])
  func parameters(_ target: String, _ value: String?) throws {
    let head = try head(target, "")
    #expect(
      HashKey.queryParameter(name("user")).value(of: head, from: source) == value.map { StableHash($0).value }
    )
  }

  @Test func sources() throws {
    let head = try head("/", "")
    func key(_ text: String) -> UInt64? {
      HashKey.sourceAddress.value(of: head, from: SocketAddress(text)!)
    }
    #expect(key("10.0.0.1:1") == key("10.0.0.1:2"))
    #expect(key("10.0.0.1:1") != key("10.0.0.2:1"))
    #expect(key("[fd00::1]:1") == key("[fd00::1]:9") && key("[fd00::1]:1") != key("[fd00::2]:1"))
    #expect(key("unix:/a") == key("unix:/b"))
  }
}
