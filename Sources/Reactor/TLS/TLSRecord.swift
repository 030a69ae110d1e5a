/// The framing of records (RFC 8446, section 5.1): a type, a version, and a length of two bytes.
public enum TLSRecord {
  static let headerSize = 5
  /// Content and what encryption may add to it (RFC 5246, section 6.2.3).
  static let mostPayload = 16_384 + 2_048
  static let mostSize = headerSize + mostPayload
  /// The type of every client's first record.
  public static let handshake: UInt8 = 22

  /// How many bytes at the front are whole records. Where they are no records at all, everything: whoever reads them
  /// finds that out.
  static func whole(_ bytes: Span<UInt8>) -> Int {
    var end = 0
    while bytes.count &- end >= headerSize {
      let type = bytes[end]
      let length = Int(bytes[end &+ 3]) << 8 | Int(bytes[end &+ 4])
      if type < 20 || type > 24 || bytes[end &+ 1] != 3 || length > mostPayload { return bytes.count }
      let next = end &+ headerSize &+ length
      if next > bytes.count { return end }
      end = next
    }
    if end < bytes.count, bytes[end] < 20 || bytes[end] > 24 { return bytes.count }
    return end
  }
}
