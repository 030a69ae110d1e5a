/// Host and port, as `Host` and absolute targets carry them (RFC 3986 §3.2, without user information).
enum Authority {
  /// A name, an IPv4 address or a bracketed IPv6 address, and maybe a port. A name must not be empty, and may hold
  /// neither commas nor percent-encodings.
  static func isValid(_ bytes: Span<UInt8>) -> Bool {
    let end = bytes.count
    var index = 0
    guard end > 0 else { return false }
    if bytes[0] == UInt8(ascii: "[") {
      index = 1
      while index < end, bytes[index] != UInt8(ascii: "]") {
        let byte = bytes[index]
        guard byte.hexValue != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") else {
          return false
        }
        index &+= 1
      }
      guard index > 2, index < end else { return false }
      index &+= 1
    } else {
      while index < end, ByteClass.host.contains(bytes[index]) { index &+= 1 }
      guard index > 0 else { return false }
    }
    return index == end
      || bytes[index] == UInt8(ascii: ":") && isPort(bytes.extracting(droppingFirst: index &+ 1))
  }

  /// Up to five digits, not above 65535; none is the default port.
  private static func isPort(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count <= 5 else { return false }
    var port = 0
    for i in bytes.indices {
      guard bytes[i].isDigit else { return false }
      port = port &* 10 &+ Int(bytes[i] &- 0x30)
    }
    return port <= 65535
  }
}
