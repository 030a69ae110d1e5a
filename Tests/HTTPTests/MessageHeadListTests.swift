import HTTP
import Testing

@Suite struct MessageHeadListTests {
  @Test func tokensAreCountedOverAllFieldsOfAName() {
    var head = MessageHead()
    read(
      "GET / HTTP/1.1\r\nHost: h\r\nCDN-Loop: a, b ,,a\r\nX: a\r\ncdn-loop:\r\nCDN-LOOP: a;v=1, aa, A,\ta\r\n\r\n",
      into: &head)
    #expect(head.count(of: Array("a".utf8).span, in: .cdnLoop) == 3)
    #expect(head.count(of: Array("b".utf8).span, in: .cdnLoop) == 1)
    #expect(head.count(of: Array("c".utf8).span, in: .cdnLoop) == 0)
    #expect(head.count(of: Array("a".utf8).span, in: .via) == 0)
    head.remove(.cdnLoop)
    #expect(head.count(of: Array("a".utf8).span, in: .cdnLoop) == 0)
  }
}
