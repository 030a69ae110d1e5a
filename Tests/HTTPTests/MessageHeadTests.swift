import HTTP
import HTTPInvariants
import Primitives
import Testing

@Suite struct MessageHeadTests {
  @Test func findsAndRemoves() {
    var head = MessageHead()
    read("GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nCookie: a\r\nx-a: 2\r\nCookie: b\r\n\r\n", into: &head)
    let name = Array("x-a".utf8)
    let first = head.index(named: name.span)
    let second = head.index(named: name.span, from: 2)
    let cookie = head.index(of: .cookie)
    let nextCookie = head.nextIndex(of: .cookie, from: 3)
    #expect(first == 1 && second == 3 && cookie == 2 && nextCookie == 4)
    let value = head.value(of: .cookie).map { head.text(of: $0) }
    #expect(value == "a")
    head.remove(at: 2)
    let rest = head.value(of: .cookie).map { head.text(of: $0) }
    #expect(rest == "b")
    head.remove(.cookie)
    head.remove(named: name.span)
    let isGone = head.value(of: .cookie) == nil && head.value(named: name.span) == nil
    #expect(isGone)
    let fields = Transcript.fields(head)
    #expect(fields == ["Host: h (host)"])
  }

  @Test func listsGrowOnOneLine() {
    var head = MessageHead()
    read(
      "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: a, b\r\nX-Forwarded-For:\r\nX-Forwarded-For: c\r\n\r\n",
      into: &head)
    head.appendElement(.xForwardedFor) { $0.append(decimal: 1) }
    head.appendElement(.xForwardedFor) { $0.append(decimal: 2) }
    head.appendElement(.cdnLoop) { $0.append(decimal: 3) }
    let fields = Transcript.fields(head)
    #expect(
      fields == [
        "Host: h (host)", "x-forwarded-for: a, b, c, 1, 2 (xForwardedFor)", "cdn-loop: 3 (cdnLoop)",
      ])
  }

  @Test func appends() {
    var head = MessageHead()
    read("GET / HTTP/1.1\r\nHost: h\r\nX-Request-Id: old\r\n\r\n", into: &head)
    head.append(.xForwardedProto, "http")
    head.append(.xForwardedFor) { $0.append(decimal: 42) }
    head.append(name: "X-Custom", value: "yes")
    head.append(.xForwardedHost, copying: head.authority)
    head.set(.xRequestID, "new")
    head.set(name: Array("x-custom".utf8).span, value: Array("no".utf8).span)
    let fields = Transcript.fields(head)
    #expect(
      fields == [
        "Host: h (host)", "x-forwarded-proto: http (xForwardedProto)", "x-forwarded-for: 42 (xForwardedFor)",
        "x-forwarded-host: h (xForwardedHost)", "x-request-id: new (xRequestID)", "x-custom: no (other)",
      ])
  }

  @Test func compares() {
    var head = MessageHead()
    read("GET /Path HTTP/1.1\r\nHost: H\r\n\r\n", into: &head)
    let same = head.equals(head.path, "/Path")
    let otherCase = head.equals(head.path, "/path")
    let ignoring = head.equals(head.path, "/path", ignoringCase: true)
    let longer = head.equals(head.path, "/paths", ignoringCase: true)
    #expect(same && !otherCase && ignoring && !longer)
  }

  @Test func copies() {
    var head = MessageHead()
    read(
      "POST http://a/b?c HTTP/1.1\r\nHost: h\r\nConnection: upgrade, x\r\nUpgrade: w\r\nContent-Length: 3\r\n"
        + "Expect: 100-continue\r\n\r\n", into: &head)
    var copy = MessageHead()
    head.copy(into: &copy)
    let before = Transcript.describe(head)
    head.clear()
    let after = Transcript.describe(copy)
    #expect(before == after)
    #expect(before.contains("upgrade") && before.contains("continue") && before.contains("names"))
    let empty = Transcript.describe(head)
    #expect(!empty.contains("Host"))
  }

  @Test func copiesTheProtocolOfAnExtendedConnect() {
    var head = MessageHead()
    head.arena.append("CONNECTwebsocket")
    head.connectProtocol = ByteRange(7, 16)
    var copy = MessageHead()
    head.copy(into: &copy)
    head.clear()
    let name = copy.text(of: copy.connectProtocol)
    let isCleared = head.connectProtocol.isEmpty
    #expect(name == "websocket" && isCleared)
  }

  @Test func givesLargeArenasBack() {
    var head = MessageHead()
    head.arena.reserve(60_000)
    let kept = head.arena.allocated
    head.clear()
    let still = head.arena.allocated
    #expect(kept == still && kept > 0)
    head.arena.reserve(70_000)
    head.clear()
    let given = head.arena.allocated
    #expect(given == 0)
  }
}
