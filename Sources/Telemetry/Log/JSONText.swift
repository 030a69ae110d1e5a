package import Primitives

/// JSON strings (RFC 8259, section 7) out of bytes that may be anything.
package enum JSONText {
  /// Appends `bytes` as a quoted string. Well-formed UTF-8 stands as it is; quotes, backslashes and controls are
  /// escaped; every byte that is not part of a well-formed sequence becomes U+FFFD.
  package static func append(_ bytes: Span<UInt8>, to buffer: inout ByteBuffer) {
    buffer.append(34 as UInt8)
    appendContent(bytes, to: &buffer)
    buffer.append(34 as UInt8)
  }

  /// The same for text that is known when it is compiled.
  static func append(_ text: StaticString, to buffer: inout ByteBuffer) {
    append(Array(text.description.utf8).span, to: &buffer)
  }

  /// Without the quotes.
  static func appendContent(_ bytes: Span<UInt8>, to buffer: inout ByteBuffer) {
    var start = 0
    var index = 0
    let count = bytes.count
    while index < count {
      let byte = bytes[index]
      if byte >= 32, byte < 127, byte != 34, byte != 92 {
        index &+= 1
        continue
      }
      if byte >= 0x80 {
        let length = sequenceLength(bytes, index)
        if length > 0 {
          if let code = lineEnd(bytes, index, length) {
            if start < index { buffer.append(bytes.extracting(start..<index)) }
            buffer.append("\\u")
            buffer.append(hex: code, digits: 4)
            start = index &+ length
          }
          index &+= length
          continue
        }
      }
      // What was plain so far goes out in one piece.
      if start < index { buffer.append(bytes.extracting(start..<index)) }
      escape(byte, to: &buffer)
      index &+= 1
      start = index
    }
    if start < count { buffer.append(bytes.extracting(start..<count)) }
  }

  /// Characters at which YAML and many programs that show text begin a new line: U+0085, U+2028, U+2029.
  private static func lineEnd(_ bytes: Span<UInt8>, _ index: Int, _ length: Int) -> UInt64? {
    if length == 2 { return bytes[index] == 0xC2 && bytes[index &+ 1] == 0x85 ? 0x85 : nil }
    guard length == 3, bytes[index] == 0xE2, bytes[index &+ 1] == 0x80 else { return nil }
    let last = bytes[index &+ 2]
    return last == 0xA8 || last == 0xA9 ? 0x2000 | UInt64(last & 0x3F) : nil
  }

  private static func escape(_ byte: UInt8, to buffer: inout ByteBuffer) {
    switch byte {
    case 34: buffer.append("\\\"")
    case 92: buffer.append("\\\\")
    case 10: buffer.append("\\n")
    case 13: buffer.append("\\r")
    case 9: buffer.append("\\t")
    case 0x80...0xFF: buffer.append("\\ufffd")
    default:
      buffer.append("\\u")
      buffer.append(hex: UInt64(byte), digits: 4)
    }
  }

  /// The length of the well-formed UTF-8 sequence at `index` (Unicode, table 3-7); 0 where there is none.
  private static func sequenceLength(_ bytes: Span<UInt8>, _ index: Int) -> Int {
    let first = bytes[index]
    let length: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if first == 0xE0 { low = 0xA0 }
      if first == 0xED { high = 0x9F }
    case 0xF0...0xF4:
      length = 4
      if first == 0xF0 { low = 0x90 }
      if first == 0xF4 { high = 0x8F }
    default: return 0
    }
    guard length <= bytes.count &- index else { return 0 }
    let second = bytes[index &+ 1]
    guard second >= low, second <= high else { return 0 }
    var at = 2
    while at < length {
      guard bytes[index &+ at] & 0xC0 == 0x80 else { return 0 }
      at &+= 1
    }
    return length
  }
}
