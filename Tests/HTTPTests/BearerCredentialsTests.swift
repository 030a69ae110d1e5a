import HTTP
import Testing

@Suite struct BearerCredentialsTests {
  private func read(_ fields: String...) -> String {
    var head = MessageHead()
    for value in fields {
      let bytes = Array(value.utf8)
      head.append(.authorization, bytes.span)
    }
    switch head.bearer {
    case .none: return "none"
    case .malformed: return "malformed"
    case .token(let range):
      let bytes = head.bytes(of: range)
      return String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self)
    }
  }

  @Test func tokensAreFound() {
    #expect(read("Bearer abc.def-_~+/=") == "abc.def-_~+/=")
    #expect(read("bearer a") == "a" && read("BEARER   a") == "a")
  }

  @Test func otherSchemesAreNone() {
    for value in ["Basic YTpi", "Digest a=b", "Bearer2 a", "Bear er", ""] {
      #expect(read(value) == "none", "\(value)")
    }
    #expect(read() == "none")
    #expect(read("Basic YTpi", "Bearer a") == "none")
  }

  @Test func whatIsNoTokenIsMalformed() {
    for value in ["Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearer \"a\"", "Bearer a;b", "Bearer ä"] {
      #expect(read(value) == "malformed", "\(value)")
    }
    #expect(read("Bearer a", "Bearer a") == "malformed")
    #expect(read("Bearer a", "Basic YTpi") == "malformed")
  }

  @Test func namesThatCountAsOneAreRemoved() {
    var head = MessageHead()
    for name in ["x-user", "X-User", "x_user", "X_USER", "x-users", "x-use", "y-user"] {
      head.append(name: Array(name.utf8).span, value: "1".utf8.span)
    }
    let name = Array("x-user".utf8)
    head.removeLike(name.span)
    let left = head.fields.indices.filter { !head.fields[$0].isRemoved }.map { place in
      let bytes = head.bytes(of: head.fields[place].name)
      return String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self)
    }
    #expect(left == ["x-users", "x-use", "y-user"])
  }
}
