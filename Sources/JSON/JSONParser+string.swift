extension JSONParser {
  /// A string from its opening quote to its closing one.
  mutating func string() throws(JSONFault) -> String {
    let start = index
    index += 1
    var text: [UInt8] = []
    while true {
      guard index < bytes.count else { throw JSONFault(.unexpectedEnd, at: index) }
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        guard let valid = String(validating: text, as: UTF8.self) else {
          throw JSONFault(.notUTF8, at: start)
        }
        return valid
      case UInt8(ascii: "\\"):
        index += 1
        try escape(into: &text)
      case 0..<32: throw JSONFault(.controlCharacter, at: index)
      default:
        text.append(byte)
        index += 1
      }
    }
  }

  /// What stands behind a backslash.
  private mutating func escape(into text: inout [UInt8]) throws(JSONFault) {
    guard index < bytes.count else { throw JSONFault(.unexpectedEnd, at: index) }
    let start = index - 1
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"):
      let scalar = try scalar(from: start)
      text.append(contentsOf: UTF8.encode(scalar)!)
    default: throw JSONFault(.badEscape, at: start)
    }
  }

  /// One character, of one `\u` or of two that are a pair (RFC 8259, section 7).
  private mutating func scalar(from start: Int) throws(JSONFault) -> Unicode.Scalar {
    let first = try fourDigits(start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    else { throw JSONFault(.loneSurrogate, at: start) }
    index += 2
    let second = try fourDigits(start)
    guard 0xDC00...0xDFFF ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw JSONFault(.loneSurrogate, at: start) }
    return scalar
  }

  private mutating func fourDigits(_ start: Int) throws(JSONFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard index < bytes.count else { throw JSONFault(.unexpectedEnd, at: index) }
      let byte = bytes[index]
      switch byte {
      case 48...57: value = value << 4 | UInt32(byte - 48)
      case 65...70: value = value << 4 | UInt32(byte - 55)
      case 97...102: value = value << 4 | UInt32(byte - 87)
      default: throw JSONFault(.badEscape, at: start)
      }
      index += 1
    }
    return value
  }
}
