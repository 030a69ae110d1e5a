import Primitives
import Testing

@testable import Admin

@Suite struct JSONEncoderTests {
  private func text(_ value: JSONValue) -> String {
    var output = ByteBuffer()
    JSONEncoder.append(value, to: &output)
    return output.withBytes { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) }
  }

  @Test func writesPlainValues() {
    #expect(text(nil) == "null\n")
    #expect(text(true) == "true\n")
    #expect(text(-5) == "-5\n")
    #expect(text(.double(1.5)) == "1.5\n")
    #expect(text(.double(.infinity)) == "null\n")
    #expect(text([]) == "[]\n")
    #expect(text(.object([])) == "{}\n")
    #expect(text(JSONValue(UInt64.max)) == "9223372036854775807\n")
  }

  @Test func escapesStringsAndNames() {
    #expect(text("a\"b\\c\n\u{1}é") == "\"a\\\"b\\\\c\\n\\u0001é\"\n")
    #expect(text(["\"": 1]) == "{\"\\\"\": 1}\n")
  }

  @Test func keepsWhatIsShortOnOneLine() {
    #expect(text(["a": 1, "b": [1, 2]]) == "{\"a\": 1, \"b\": [1, 2]}\n")
  }

  @Test func breaksWhatIsLong() {
    let long = JSONValue.string(String(repeating: "x", count: 60))
    let wide = String(repeating: "x", count: 60)
    #expect(
      text(["a": long, "b": [long, long], "c": []])
        == """
        {
          "a": "\(wide)",
          "b": [
            "\(wide)",
            "\(wide)"
          ],
          "c": []
        }

        """)
  }
}
