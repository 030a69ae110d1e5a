import HTTP
import Mesh
import Testing

@Suite struct HeaderFilterTests {
  private func apply(_ filter: HeaderFilter, _ headers: [(String, String)]) throws -> [String] {
    var head = MessageHead()
    try RequestSample(headers: headers).read(into: &head)
    filter.apply(to: &head)
    var lines: [String] = []
    for index in head.fields.indices where !head.fields[index].isRemoved {
      let field = head.fields[index]
      lines.append("\(head.text(of: field.name)): \(head.text(of: field.value))")
    }
    return Array(lines.dropFirst())
  }

  @Test func setReplacesAllOfAName() throws {
    let filter = HeaderFilter(set: [("X-From", "mesh"), ("User-Agent", "apus")])
    #expect(try apply(filter, []) == ["X-From: mesh", "User-Agent: apus"])
    #expect(
      try apply(filter, [("x-from", "1"), ("x-b", "2"), ("X-FROM", "3"), ("user-agent", "curl")])
        == ["x-b: 2", "X-From: mesh", "User-Agent: apus"])
  }

  @Test func addKeepsWhatIsThere() throws {
    #expect(try apply(HeaderFilter(add: [("x-a", "2")]), [("x-a", "1")]) == ["x-a: 1", "x-a: 2"])
  }

  @Test func removeTakesAllOfAName() throws {
    let filter = HeaderFilter(remove: ["Cookie", "X-Secret"])
    #expect(
      try apply(filter, [("cookie", "a"), ("x-secret", "b"), ("x", "1"), ("X-Secret", "c")]) == ["x: 1"])
  }

  @Test func emptinessIsKnown() {
    #expect(HeaderFilter().isEmpty)
    #expect(!HeaderFilter(remove: ["x"]).isEmpty)
  }
}
