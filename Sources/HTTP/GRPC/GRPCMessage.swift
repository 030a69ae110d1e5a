public import Primitives

/// `grpc-message`: text for people, percent-encoded (gRPC's PROTOCOL-HTTP2.md). Space to `~` stand for themselves but
/// for `%`; every other byte of the UTF-8 text is an escape.
public enum GRPCMessage {
  public static func appendEncoded(_ text: Span<UInt8>, to output: inout ByteBuffer) {
    for i in text.indices {
      let byte = text[i]
      if byte >= 0x20, byte <= 0x7e, byte != UInt8(ascii: "%") {
        output.append(byte)
      } else {
        output.append(UInt8(ascii: "%"))
        output.append(digit(byte >> 4))
        output.append(digit(byte & 15))
      }
    }
  }

  /// Escapes that are none stay as they are: a message that was badly made is shown, not lost.
  public static func appendDecoded(_ value: Span<UInt8>, to output: inout ByteBuffer) {
    var i = 0
    while i < value.count {
      if value[i] == UInt8(ascii: "%"), i + 2 < value.count, let high = value[i + 1].hexValue,
        let low = value[i + 2].hexValue
      {
        output.append(high << 4 | low)
        i += 3
      } else {
        output.append(value[i])
        i += 1
      }
    }
  }

  private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 + nibble : 55 + nibble }
}
