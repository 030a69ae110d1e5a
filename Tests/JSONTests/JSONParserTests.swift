import JSON
import Testing

@Suite struct JSONParserTests {
  static func parse(_ bytes: [UInt8], limit: Int = 1 << 20) throws(JSONFault) -> JSONNode {
    try JSONParser.parse(bytes.span, limit: limit)
  }

  private func parse(_ text: String) throws -> JSONNode { try Self.parse(Array(text.utf8)) }

  @Test func values() throws {
    #expect(try parse("null") == .null)
    #expect(try parse(" true\n") == .boolean(true))
    #expect(try parse("\t\r\nfalse") == .boolean(false))
    #expect(try parse("[]") == .array([]))
    #expect(try parse("{ }") == .object([]))
    #expect(try parse("[1 , [\"a\"],{}]") == .array([.number("1"), .array([.string("a")]), .object([])]))
    let object = try parse("{\"a\":1,\"b\" : {\"c\":null}}")
    #expect(object["a"] == .number("1") && object["b"]?["c"] == .null && object["c"] == nil)
    #expect(JSONNode.null["a"] == nil && object.isObject && !JSONNode.array([]).isObject)
  }

  @Test(arguments: [
    "0", "-0", "1", "-1", "10", "1.5", "-0.0", "1e5", "1E+5", "1e-5", "0e0", "123456789012345678901234567890",
  ])
  func numbersStayAsTheyAre(text: String) throws {
    #expect(try parse(text) == .number(text))
  }

  @Test func numbersAsIntegers() throws {
    for (text, value) in [
      ("0", 0), ("-0", 0), ("1.5e3", 1500), ("1.9", 1), ("-1.5", -2), ("9007199254740992", 1 << 53),
    ] as [(String, Int64)] {
      #expect(try parse(text).integer == value, "\(text)")
    }
    for text in ["9007199254740993", "1e300", "-1e300", "\"1\"", "null", "123456789012345678901234567890"] {
      #expect(try parse(text).integer == nil, "\(text)")
    }
  }

  @Test func strings() throws {
    #expect(try parse(#""a\"\\\/\b\f\n\r\t""#) == .string("a\"\\/\u{8}\u{c}\n\r\t"))
    #expect(try parse(#""\u0041\u00e9\u20AC\ud83d\udC26""#) == .string("Aé€🐦"))
    #expect(try parse(#""\u0000""#) == .string("\0"))
    #expect(try parse("\"grün 🐦\u{7f}\"") == .string("grün 🐦\u{7f}"))
  }

  @Test(arguments: [
    ("", JSONFault.Kind.empty, 0), (" \n", .empty, 2), ("nul", .unexpectedEnd, 3),
    ("nulL", .unexpectedByte, 3),
    ("True", .unexpectedByte, 0), ("truex", .trailingBytes, 4), ("1 2", .trailingBytes, 2),
    ("{}{}", .trailingBytes, 2),
    ("\u{feff}1", .unexpectedByte, 0), ("'a'", .unexpectedByte, 0), ("// x\n1", .unexpectedByte, 0),
    ("[1,]", .unexpectedByte, 3), ("[,1]", .unexpectedByte, 1), ("[1 2]", .unexpectedByte, 3),
    ("[1", .unexpectedEnd, 2),
    ("{\"a\":1,}", .unexpectedByte, 7), ("{a:1}", .unexpectedByte, 1), ("{\"a\" 1}", .unexpectedByte, 5),
    ("{\"a\":}", .unexpectedByte, 5), ("{\"a\":1", .unexpectedEnd, 6), ("{1:1}", .unexpectedByte, 1),
    ("[1}", .unexpectedByte, 2), ("]", .unexpectedByte, 0),
    ("01", .trailingBytes, 1), ("-", .badNumber, 1), ("+1", .unexpectedByte, 0), (".5", .unexpectedByte, 0),
    ("1.", .badNumber, 2), ("1e", .badNumber, 2), ("1e+", .badNumber, 3), ("0x1", .trailingBytes, 1),
    ("-a", .badNumber, 1), ("NaN", .unexpectedByte, 0), ("Infinity", .unexpectedByte, 0),
    ("-Infinity", .badNumber, 1),
    ("\"a", .unexpectedEnd, 2), ("\"a\\", .unexpectedEnd, 3), ("\"\\x\"", .badEscape, 1),
    ("\"\\u12\"", .badEscape, 1),
    ("\"\\u12", .unexpectedEnd, 5), ("\"\\u+123\"", .badEscape, 1), ("\"\n\"", .controlCharacter, 1),
    ("\"\u{1f}\"", .controlCharacter, 1), ("\"\\ud83d\"", .loneSurrogate, 1),
    ("\"\\udc26\"", .loneSurrogate, 1),
    ("\"\\udc26\\ud83d\"", .loneSurrogate, 1), ("\"\\ud83d\\u0041\"", .loneSurrogate, 1),
    ("\"\\ud83dx\"", .loneSurrogate, 1),
    ("{\"a\":1,\"a\":2}", .repeatedName, 7), ("{\"a\":1,\"\\u0061\":2}", .repeatedName, 7),
    ("[{\"b\":{\"a\":1,\"a\":1}}]", .repeatedName, 13),
  ])
  func isRefused(text: String, kind: JSONFault.Kind, offset: Int) {
    #expect(throws: JSONFault(kind, at: offset)) { try parse(text) }
  }

  /// Names that only look alike are two names.
  @Test func namesAreBytes() throws {
    let both = try parse("{\"\u{e9}\":1,\"e\u{301}\":2}")
    #expect(both["\u{e9}"] == .number("1") && both["e\u{301}"] == .number("2"))
  }

  @Test func bytesThatAreNoText() {
    for bad: [UInt8] in [
      [0x80], [0xC0, 0x80], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x9F, 0x90],
    ] {
      #expect(throws: JSONFault(.notUTF8, at: 0), "\(bad)") { try Self.parse([34] + bad + [34]) }
    }
    #expect(throws: JSONFault(.unexpectedByte, at: 0)) { try Self.parse([0xFF, 0xFE, 0x31, 0]) }
    #expect(throws: JSONFault(.unexpectedByte, at: 0)) { try Self.parse([0]) }
  }

  @Test func bounds() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try parse(nested(JSONParser.maximumDepth))
    #expect(throws: JSONFault(.tooDeep, at: 32)) { try parse(nested(JSONParser.maximumDepth + 1)) }
    #expect(throws: JSONFault(.tooDeep, at: 32)) { try parse(String(repeating: "[", count: 100_000)) }
    #expect(throws: JSONFault(.tooDeep, at: 160)) { try parse(String(repeating: "{\"a\":", count: 1_000)) }
    // Side by side is not nested.
    _ = try parse("[" + String(repeating: "[],", count: 1_000) + "0]")
    _ = try Self.parse(Array("[1]".utf8), limit: 3)
    #expect(throws: JSONFault(.tooLarge, at: 2)) { try Self.parse(Array("[1]".utf8), limit: 2) }
  }

  /// Every beginning of a text is refused: none of them is a value by accident.
  @Test func beginningsAreNoValues() {
    let whole = Array(#"{"a":[1.5e3,true,false,null,"\u00e9\ud83d\udc26\n"],"b":{"c":[]}}"#.utf8)
    for count in 0..<whole.count {
      #expect(throws: JSONFault.self, "\(count)") { try Self.parse(Array(whole[..<count])) }
    }
    #expect(throws: Never.self) { try Self.parse(whole) }
  }
}
