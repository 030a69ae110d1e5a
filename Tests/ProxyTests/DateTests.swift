import Testing

/// `Date` (RFC 9110, section 6.6.1): on every answer of our own, and on forwarded ones that lack it.
@Suite struct DateTests {
  private func isDate(_ text: String?) -> Bool {
    guard let parts = text?.split(separator: " "), parts.count == 6 else { return false }
    return parts[0].hasSuffix(",") && parts[4].split(separator: ":").count == 3 && parts[5] == "GMT"
  }

  @Test func repliesOfOurOwnHaveOne() throws {
    let proxy = try TestProxy(to: Origin.closedPort())
    #expect(isDate(try proxy.get()["date"]))
    #expect(isDate(try proxy.get("/%00")["date"]))
  }

  @Test func anEndpointsIsKept() throws {
    let origin = Origin { _ in
      "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n"
    }
    let proxy = try TestProxy(to: origin.port)
    #expect(try proxy.get().values("date") == ["Sun, 06 Nov 1994 08:49:37 GMT"])
  }

  @Test func oneIsAddedWhereTheEndpointHasNone() throws {
    let origin = Origin(body: "x")
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.get()
    #expect(answer.values("date").count == 1)
    #expect(isDate(answer["date"]))
  }
}
