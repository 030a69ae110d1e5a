import Primitives
import Testing

@testable import Telemetry

@Suite struct JSONTextTests {
  @Test(arguments: [
    ("a\u{2028}b\u{2029}", "\"a\\u2028b\\u2029\""), ("\u{85}", "\"\\u0085\""),
    ("\u{84}\u{2027}ü€", "\"\u{84}\u{2027}ü€\""),
    ("a\"\\\n\u{1}", "\"a\\\"\\\\\\n\\u0001\""),
  ])
  func lineEndsAreEscaped(_ text: String, _ expected: String) {
    var buffer = ByteBuffer()
    JSONText.append(Array(text.utf8).span, to: &buffer)
    let written = (0..<buffer.count).map { buffer[$0] }
    #expect(String(decoding: written, as: UTF8.self) == expected)
  }
}
