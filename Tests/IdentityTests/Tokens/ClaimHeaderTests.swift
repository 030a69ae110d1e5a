import JSON
import Testing

@testable import Identity

@Suite struct ClaimHeaderTests {
  private func value(_ claims: String, _ path: String = "a") throws -> String? {
    let header = ClaimHeader(claim: ClaimPath(path), name: "X-A")
    return header.value(in: try JSONClaims.read(claims)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    ("{\"a\":\"alice\"}", "alice"), ("{\"a\":7.50}", "7.50"), ("{\"a\":true}", "true"),
    ("{\"a\":\"grün\"}", "grün"),
    ("{\"a\":[\"x\",\"y\",1]}", "x,y,1"), ("{\"a\":\"x, y\"}", "x, y"), ("{\"a\":[\"x\"]}", "x"),
  ])
  func isWritten(claims: String, expected: String) throws {
    #expect(try value(claims) == expected)
  }

  @Test(arguments: [
    "{}", "{\"a\":null}", "{\"a\":{}}", "{\"a\":[]}", "{\"a\":[[\"x\"]]}", "{\"a\":[\"x\",null]}",
    "{\"a\":\"\"}",
    "{\"a\":\" x\"}", "{\"a\":\"x \"}", "{\"a\":[\"x,y\",\"z\"]}", "{\"a\":[\"\"]}",
    // Another field, or another message, of one that controls its own name.
    "{\"a\":\"x\\r\\nx-admin: 1\"}", "{\"a\":\"x\\n\"}", "{\"a\":\"x\\u0000\"}", "{\"a\":\"x\\u007f\"}",
    "{\"a\":\"\\tx\"}",
    "{\"a\":[\"x\",\"y\\r\\nz: 1\"]}",
  ])
  func isLeftOut(claims: String) throws {
    #expect(try value(claims) == nil)
  }

  @Test func waysThroughObjects() throws {
    let claims =
      "{\"realm\":{\"roles\":[\"x\",\"y\"],\"a.b\":1},\"https://shop.example/role\":\"z\",\"realm.deep\":\"own\"}"
    #expect(try value(claims, "realm.roles") == "x,y")
    #expect(try value(claims, "https://shop.example/role") == "z")
    #expect(try value(claims, "realm.deep") == "own")
    #expect(try value(claims, "realm.none") == nil && value(claims, "realm.roles.x") == nil)
    #expect(try value(claims, "") == nil && value(claims, ".") == nil)
  }
}
