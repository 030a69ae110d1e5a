import JSON

enum JSONClaims {
  static func expiring(at time: Int64) -> JSONNode {
    .object([JSONNode.Member(name: "exp", value: .number("\(time)"))])
  }

  static func read(_ text: String) throws -> JSONNode {
    let bytes = Array(text.utf8)
    return try JSONParser.parse(bytes.span, limit: 1 << 16)
  }
}
