internal import Primitives

/// `Sec-WebSocket-Key` and what must answer it (RFC 6455, sections 4.1 and 4.2.2).
enum WebSocketKey {
  /// Writes 16 random bytes in base64. They need not be secret: the answer only shows that no cache made it.
  static func append(_ random: inout Random, to output: inout ByteBuffer) {
    var bytes = InlineArray<16, UInt8>(repeating: 0)
    let words = (random.next(), random.next())
    for i in 0..<16 {
      bytes[i] = UInt8(truncatingIfNeeded: (i < 8 ? words.0 : words.1) &>> UInt64(i % 8 * 8))
    }
    var encoder = Base64Encoder()
    encoder.encode(bytes.span, to: &output)
    encoder.finish(to: &output)
  }

  /// 16 bytes in base64.
  static func isValid(_ key: Span<UInt8>) -> Bool {
    guard key.count == 24, key[22] == UInt8(ascii: "="), key[23] == UInt8(ascii: "=") else { return false }
    for i in 0..<22 where Base64Decoder.value(key[i]) >= 64 { return false }
    return true
  }

  /// Writes the value of `Sec-WebSocket-Accept` for a valid key.
  static func appendAccept(for key: Span<UInt8>, to output: inout ByteBuffer) {
    let guid: StaticString = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    var text = InlineArray<60, UInt8>(repeating: 0)
    for i in 0..<24 { text[i] = key[i] }
    for i in 0..<36 { text[24 + i] = guid.bytes[i] }
    let digest = SHA1.hash(text.span)
    var encoder = Base64Encoder()
    encoder.encode(digest.span, to: &output)
    encoder.finish(to: &output)
  }
}
