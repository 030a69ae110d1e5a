import Foundation
import Primitives
import Testing

@testable import HTTP

@Suite struct Base64Tests {
  /// RFC 4648, section 10, and the characters beyond letters.
  private let vectors: [([UInt8], String)] = [
    ([], ""), (Array("f".utf8), "Zg=="), (Array("fo".utf8), "Zm8="), (Array("foo".utf8), "Zm9v"),
    (Array("foob".utf8), "Zm9vYg=="), (Array("fooba".utf8), "Zm9vYmE="), (Array("foobar".utf8), "Zm9vYmFy"),
    ([0xfb, 0xff, 0xbf], "+/+/"), ([0, 0, 0], "AAAA"), ([0xff, 0xff, 0xff], "////"),
  ]

  private func decode(_ text: String) -> [UInt8]? {
    var decoder = Base64Decoder()
    var output = ByteBuffer()
    let isValid = decoder.decode(Array(text.utf8).span, to: &output)
    let decoded = bytes(output)
    return isValid && decoder.isComplete ? decoded : nil
  }

  @Test func knownVectors() {
    for (plain, encoded) in vectors {
      var encoder = Base64Encoder()
      var output = ByteBuffer()
      encoder.encode(plain.span, to: &output)
      encoder.finish(to: &output)
      let written = text(output)
      #expect(written == encoded)
      #expect(decode(encoded) == plain)
    }
  }

  @Test func paddedPiecesMayFollowEachOther() {
    #expect(decode("Zg==Zm8=Zm9vZg==") == Array("ffofoof".utf8))
  }

  @Test func whatIsNoBase64() {
    for text in [
      "Z", "Zg", "Zg=", "Zg=Z", "Zg==Z", "=", "====", "Z===", "Zm9v=", "Zm9v====", "Zm9v\r\n", "Zm 9", "Zm-_",
      "Zh==", "Zm9=", "Zg=a", "Z=g=", "Zm9vYm\u{e9}y",
    ] { #expect(decode(text) == nil, "\(text)") }
  }

  @Test func anyBytesInAnyPieces() {
    var random = Random(seed: 7)
    for count in 0..<60 {
      let plain = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let expected = Data(plain).base64EncodedString()
      var output = ByteBuffer()
      var encoder = Base64Encoder()
      inPieces(plain) {
        encoder = Base64Encoder()
        output.clear()
      } _: {
        encoder.encode($0, to: &output)
      } end: {
        encoder.finish(to: &output)
        let written = text(output)
        #expect(written == expected)
      }
      var decoder = Base64Decoder()
      var isValid = true
      inPieces(Array(expected.utf8)) {
        decoder = Base64Decoder()
        output.clear()
      } _: {
        if !decoder.decode($0, to: &output) { isValid = false }
      } end: {
        let decoded = bytes(output)
        #expect(decoded == plain && isValid && decoder.isComplete)
      }
    }
  }
}
