import HTTP
import Primitives
import Testing

@Suite struct GRPCMessageTests {
  @Test func encodes() {
    let cases: [(String, String)] = [
      ("", ""), ("no route matches", "no route matches"), ("100%", "100%25"), ("a\r\nb", "a%0D%0Ab"),
      ("\u{7f}~ \u{0}", "%7F~ %00"), ("é€", "%C3%A9%E2%82%AC"),
    ]
    for (plain, encoded) in cases {
      var output = ByteBuffer()
      GRPCMessage.appendEncoded(Array(plain.utf8).span, to: &output)
      let written = text(output)
      #expect(written == encoded)
      var back = ByteBuffer()
      GRPCMessage.appendDecoded(output.bytes, to: &back)
      let decoded = text(back)
      #expect(decoded == plain)
    }
  }

  @Test func badEscapesStay() {
    let cases = [
      ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%4g%41", "%4gA"), ("%c3%a9", "é"), ("%%41", "%A"),
    ]
    for (encoded, plain) in cases {
      var output = ByteBuffer()
      GRPCMessage.appendDecoded(Array(encoded.utf8).span, to: &output)
      let decoded = text(output)
      #expect(decoded == plain)
    }
  }
}
