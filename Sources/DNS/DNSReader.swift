/// A place in a DNS message, which moves as fields are read (RFC 1035, section 4.1). Nothing is read beyond the end.
struct DNSReader {
  enum Fault: Error { case malformed }

  private let bytes: [UInt8]
  private(set) var position: Int

  init(_ bytes: [UInt8], at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  mutating func byte() throws(Fault) -> UInt8 {
    guard position < bytes.count else { throw .malformed }
    position += 1
    return bytes[position - 1]
  }

  mutating func short() throws(Fault) -> UInt16 { UInt16(try byte()) << 8 | UInt16(try byte()) }
  mutating func word() throws(Fault) -> UInt32 { UInt32(try short()) << 16 | UInt32(try short()) }
  mutating func long() throws(Fault) -> UInt64 { UInt64(try word()) << 32 | UInt64(try word()) }

  mutating func skip(_ count: Int) throws(Fault) {
    guard count <= bytes.count - position else { throw .malformed }
    position += count
  }

  /// A domain name in lower case, without its final dot. What stands in a label beyond letters, digits, hyphens and
  /// underscores is written as `\DDD` (RFC 4343), so that no two names look alike.
  mutating func name() throws(Fault) -> String {
    var text = ""
    var size = 0
    var place = self
    /// Where the name ends here: behind the first pointer.
    var end: Int?
    // A pointer leads back, each further than the last one, so that none goes in circles.
    var floor = position
    while true {
      let length = Int(try place.byte())
      switch length {
      case 0:
        position = end ?? place.position
        return text
      case 1...63:
        size += length + 1
        // 255 bytes with the last one, which is 0 (section 2.3.4).
        guard size < 255 else { throw .malformed }
        if !text.isEmpty { text += "." }
        for _ in 0..<length { Self.append(try place.byte(), to: &text) }
      case 0xC0...:
        let target = (length & 0x3F) << 8 | Int(try place.byte())
        if end == nil { end = place.position }
        guard target < floor else { throw .malformed }
        floor = target
        place = DNSReader(bytes, at: target)
      default: throw .malformed
      }
    }
  }

  private static func append(_ byte: UInt8, to text: inout String) {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): text.unicodeScalars.append(Unicode.Scalar(byte + 32))
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      text.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      let digits = String(byte)
      text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }
  }
}
