internal import JSON

/// What must hold for any bytes as JSON.
public enum JSONInvariants {
  public static func check(_ bytes: [UInt8]) {
    guard let node = try? JSONParser.parse(bytes.span, limit: 1 << 20) else { return }
    let text = Array(write(node).utf8)
    guard let again = try? JSONParser.parse(text.span, limit: 8 << 20) else {
      preconditionFailure("what was read cannot be written and read")
    }
    precondition(again == node, "a text that says something else")
    for count in 0..<min(text.count, 64) where node.isObject {
      precondition((try? JSONParser.parse(text.span.extracting(0..<count), limit: 1 << 20)) == nil)
    }
  }

  private static func write(_ node: JSONNode) -> String {
    switch node {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let text): text
    case .string(let text): quote(text)
    case .array(let items): "[" + items.map(write).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { quote($0.name) + ":" + write($0.value) }.joined(separator: ",") + "}"
    }
  }

  private static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
