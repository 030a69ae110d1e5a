/// Reads JSON strictly as RFC 8259 has it, within bounds on size and depth.
///
/// What two readers could understand differently is refused: names that come twice, halves of surrogate pairs, bytes
/// that are no UTF-8, a byte order mark, text behind the value. Our own, because FoundationEssentials costs 4 MB in
/// every sidecar, and is none of that. For cold paths: it makes a tree.
public struct JSONParser: ~Copyable, ~Escapable {
  /// Nested arrays and objects.
  public static var maximumDepth: Int { 32 }

  let bytes: Span<UInt8>
  var index = 0
  private var depth = 0

  @_lifetime(copy bytes)
  private init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  /// One value and nothing behind it.
  /// - Parameter limit: bytes; a longer text is refused unread.
  public static func parse(_ bytes: Span<UInt8>, limit: Int) throws(JSONFault) -> JSONNode {
    guard bytes.count <= limit else { throw JSONFault(.tooLarge, at: limit) }
    var parser = JSONParser(bytes)
    parser.skipSpace()
    if parser.index == bytes.count { throw JSONFault(.empty, at: parser.index) }
    let value = try parser.value()
    parser.skipSpace()
    guard parser.index == bytes.count else { throw JSONFault(.trailingBytes, at: parser.index) }
    return value
  }

  // MARK: Values

  private mutating func value() throws(JSONFault) -> JSONNode {
    switch try peek() {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), 48...57: return .number(try number())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw JSONFault(.unexpectedByte, at: index)
    }
  }

  private mutating func object() throws(JSONFault) -> [JSONNode.Member] {
    try enter()
    var members: [JSONNode.Member] = []
    var names: Set<[UInt8]> = []
    skipSpace()
    if try peek() == UInt8(ascii: "}") { return leave(members) }
    while true {
      skipSpace()
      let start = index
      guard try peek() == UInt8(ascii: "\"") else { throw JSONFault(.unexpectedByte, at: index) }
      let name = try string()
      guard names.insert(Array(name.utf8)).inserted else { throw JSONFault(.repeatedName, at: start) }
      skipSpace()
      try take(UInt8(ascii: ":"))
      skipSpace()
      members.append(JSONNode.Member(name: name, value: try value()))
      skipSpace()
      if try peek() == UInt8(ascii: "}") { return leave(members) }
      try take(UInt8(ascii: ","))
    }
  }

  private mutating func array() throws(JSONFault) -> [JSONNode] {
    try enter()
    var items: [JSONNode] = []
    skipSpace()
    if try peek() == UInt8(ascii: "]") { return leave(items) }
    while true {
      skipSpace()
      items.append(try value())
      skipSpace()
      if try peek() == UInt8(ascii: "]") { return leave(items) }
      try take(UInt8(ascii: ","))
    }
  }

  /// RFC 8259, section 6: no sign but minus, no leading zeros, digits on either side of the point.
  private mutating func number() throws(JSONFault) -> String {
    let start = index
    if bytes[index] == UInt8(ascii: "-") { index += 1 }
    if index < bytes.count, bytes[index] == 48 { index += 1 } else { try digits() }
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      try digits()
    }
    if index < bytes.count, bytes[index] | 32 == UInt8(ascii: "e") {
      index += 1
      if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
        index += 1
      }
      try digits()
    }
    var text = ""
    for place in start..<index { text.unicodeScalars.append(Unicode.Scalar(bytes[place])) }
    return text
  }

  private mutating func digits() throws(JSONFault) {
    let start = index
    while index < bytes.count, bytes[index] &- 48 < 10 { index += 1 }
    if index == start { throw JSONFault(.badNumber, at: index) }
  }

  private mutating func word(_ word: StaticString, _ value: JSONNode) throws(JSONFault) -> JSONNode {
    for byte in word.description.utf8 { try take(byte) }
    return value
  }

  // MARK: Bytes

  private mutating func enter() throws(JSONFault) {
    depth += 1
    if depth > Self.maximumDepth { throw JSONFault(.tooDeep, at: index) }
    index += 1
  }

  private mutating func leave<Value>(_ value: Value) -> Value {
    depth -= 1
    index += 1
    return value
  }

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 32, 9, 10, 13: index += 1
      default: return
      }
    }
  }

  private func peek() throws(JSONFault) -> UInt8 {
    guard index < bytes.count else { throw JSONFault(.unexpectedEnd, at: index) }
    return bytes[index]
  }

  private mutating func take(_ byte: UInt8) throws(JSONFault) {
    guard try peek() == byte else { throw JSONFault(.unexpectedByte, at: index) }
    index += 1
  }
}
