internal import Primitives

/// `*( ";" BWS name [ BWS "=" BWS value ] BWS )`, where a value is a token or a quoted string (RFC 9112 §7.1.1).
/// White space right behind the size, which the RFC lets pass as bad, is refused.
enum ChunkExtension {
  /// Nothing is done with extensions; but what is none is refused.
  static func check(_ bytes: Span<UInt8>) throws(HTTPError) {
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: ";") else { throw failure(bytes) }
      index += 1
      skipBlanks(bytes, &index)
      guard skipToken(bytes, &index) else { throw failure(bytes) }
      skipBlanks(bytes, &index)
      guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { continue }
      index += 1
      skipBlanks(bytes, &index)
      guard skipToken(bytes, &index) || skipQuoted(bytes, &index) else { throw failure(bytes) }
      skipBlanks(bytes, &index)
    }
  }

  /// What does not even begin as an extension is a bad size: `5 `, `0x5`.
  private static func failure(_ bytes: Span<UInt8>) -> HTTPError {
    bytes[0] == UInt8(ascii: ";") ? .invalidChunkExtension : .invalidChunkSize
  }

  private static func skipBlanks(_ bytes: Span<UInt8>, _ index: inout Int) {
    while index < bytes.count, bytes[index].isBlank { index += 1 }
  }

  private static func skipToken(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
    let start = index
    while index < bytes.count, ByteClass.token.contains(bytes[index]) { index += 1 }
    return index > start
  }

  private static func skipQuoted(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return false }
    index += 1
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\"") { return true }
      if byte < 0x20 && byte != 0x09 || byte == 0x7f { return false }
      if byte == UInt8(ascii: "\\") {
        guard index < bytes.count, bytes[index] >= 0x20 || bytes[index] == 0x09 else { return false }
        index += 1
      }
    }
    return false
  }
}
