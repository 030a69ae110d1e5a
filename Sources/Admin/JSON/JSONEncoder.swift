internal import Primitives
internal import Telemetry

/// Writes a `JSONValue` for people and programs: two spaces a level, objects and arrays of plain values that fit
/// on one line stay on one.
enum JSONEncoder {
  private static let lineLength = 100

  static func append(_ value: JSONValue, to output: inout ByteBuffer) {
    append(value, indent: 0, to: &output)
    output.append("\n")
  }

  private static func append(_ value: JSONValue, indent: Int, to output: inout ByteBuffer) {
    switch value {
    case .array(let items) where !items.isEmpty && !fits(value, indent):
      output.append("[")
      for (index, item) in items.enumerated() {
        newLine(index, indent + 1, to: &output)
        append(item, indent: indent + 1, to: &output)
      }
      newLine(0, indent, to: &output)
      output.append("]")
    case .object(let members) where !members.isEmpty && !fits(value, indent):
      output.append("{")
      for (index, member) in members.enumerated() {
        newLine(index, indent + 1, to: &output)
        append(string: member.name, to: &output)
        output.append(": ")
        append(member.value, indent: indent + 1, to: &output)
      }
      newLine(0, indent, to: &output)
      output.append("}")
    default: appendOnOneLine(value, to: &output)
    }
  }

  private static func newLine(_ index: Int, _ indent: Int, to output: inout ByteBuffer) {
    output.append(index == 0 ? "\n" : ",\n")
    for _ in 0..<indent { output.append("  ") }
  }

  private static func appendOnOneLine(_ value: JSONValue, to output: inout ByteBuffer) {
    switch value {
    case .null: output.append("null")
    case .bool(let flag): output.append(flag ? "true" as StaticString : "false")
    case .integer(let number): output.append("\(number)")
    // JSON has no infinities.
    case .double(let number): output.append(number.isFinite ? "\(number)" : "null")
    case .string(let text): append(string: text, to: &output)
    case .array(let items):
      output.append("[")
      for (index, item) in items.enumerated() {
        if index > 0 { output.append(", ") }
        appendOnOneLine(item, to: &output)
      }
      output.append("]")
    case .object(let members):
      output.append("{")
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(", ") }
        append(string: member.name, to: &output)
        output.append(": ")
        appendOnOneLine(member.value, to: &output)
      }
      output.append("}")
    }
  }

  private static func append(string: String, to output: inout ByteBuffer) {
    JSONText.append(Array(string.utf8).span, to: &output)
  }

  private static func fits(_ value: JSONValue, _ indent: Int) -> Bool {
    var room = lineLength - 2 * indent
    return measure(value, depth: 0, &room)
  }

  /// Takes the length of `value` off `room`; false where it does not fit or is nested too deeply to be read so.
  private static func measure(_ value: JSONValue, depth: Int, _ room: inout Int) -> Bool {
    switch value {
    case .null, .bool, .integer, .double: room -= 8
    case .string(let text): room -= text.utf8.count + 2
    case .array(let items):
      if depth > 1 && !items.isEmpty { return false }
      for item in items where !measure(item, depth: depth + 1, &room) { return false }
      room -= 2 * items.count
    case .object(let members):
      if depth > 1 && !members.isEmpty { return false }
      for member in members {
        room -= member.name.utf8.count + 6
        if !measure(member.value, depth: depth + 1, &room) { return false }
      }
    }
    return room >= 0
  }
}
