internal import Primitives

/// Brings a request's path into one form, once: what routing and policy see is what goes to the upstream.
///
/// The rule (RFC 3986 §6.2.2, and what keeps two readers from differing):
/// * `%00` and an incomplete or bad escape are refused.
/// * Escapes of letters, digits, `-`, `.`, `_` and `~` are decoded; all others stay, with upper-case digits.
///   So `%2F` and `%5C` stay as they are: they never part segments.
/// * Several `/` become one.
/// * `.` and `..` are resolved after that, so `%2e%2E` too; a path that climbs above its root is refused.
///
/// A path in this form already is left alone, and normalizing twice changes nothing. The query is not touched, nor
/// is the target as received.
public enum PathNormalizer {
  public static func normalize(_ head: inout MessageHead) throws(HTTPError) {
    if isNormal(head.bytes(of: head.path)) { return }
    let source = head.path
    let start = head.arena.count
    var segment = start
    var index = source.start
    while index < source.end {
      let byte = head.arena[index]
      index += 1
      switch byte {
      case UInt8(ascii: "/"):
        segment = try endSegment(&head.arena, start, segment)
      case UInt8(ascii: "%"):
        guard index + 1 < source.end, let high = head.arena[index].hexValue,
          let low = head.arena[index + 1].hexValue
        else { throw .invalidEscape }
        index += 2
        appendDecoded(high << 4 | low, to: &head.arena)
        if high | low == 0 { throw .nullInPath }
      default:
        head.arena.append(byte)
      }
    }
    _ = try endSegment(&head.arena, start, segment, isLast: true)
    head.path = ByteRange(start, head.arena.count)
  }

  /// Ends the segment that begins at `segment`, and gives the place of the next one. `isLast`: no `/` follows it.
  private static func endSegment(
    _ arena: inout ByteBuffer, _ start: Int, _ segment: Int, isLast: Bool = false
  ) throws(HTTPError) -> Int {
    let count = arena.count - segment
    if count == 1, arena[segment] == UInt8(ascii: ".") {
      arena.truncate(to: segment)
      return segment
    }
    if count == 2, arena[segment] == UInt8(ascii: "."), arena[segment + 1] == UInt8(ascii: ".") {
      // Before the segment stands a `/`; the one before that begins the parent.
      var parent = segment - 1
      if parent <= start { throw .pathAboveRoot }
      while arena[parent - 1] != UInt8(ascii: "/") { parent -= 1 }
      arena.truncate(to: parent)
      return parent
    }
    if isLast || count == 0 && segment > start { return segment }
    arena.append(UInt8(ascii: "/"))
    return arena.count
  }

  private static func appendDecoded(_ byte: UInt8, to arena: inout ByteBuffer) {
    let isLetter = (byte | 0x20) &- 0x61 < 26
    switch byte {
    case _ where isLetter || byte.isDigit: arena.append(byte)
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): arena.append(byte)
    default:
      arena.append(UInt8(ascii: "%"))
      arena.append(hexDigit(byte >> 4))
      arena.append(hexDigit(byte & 15))
    }
  }

  private static func hexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 + nibble : 55 + nibble }

  /// No escape, no `//`, and no segment that begins with a dot: nothing to do. Others may be normal as well.
  @inline(__always)
  private static func isNormal(_ path: Span<UInt8>) -> Bool {
    guard path.count > 0 else { return true }
    var afterSlash: UInt64 = 0
    var index = 0
    while index < path.count {
      let word = Word.load(path, index, upTo: 8)
      let slashes = Word.equal(word, UInt8(ascii: "/"))
      let marked = slashes | Word.equal(word, UInt8(ascii: "."))
      // A byte's mark moves up to the byte behind it; the last one's moves into the next word.
      if (slashes &<< 8 | afterSlash) & marked != 0 { return false }
      if Word.equal(word, UInt8(ascii: "%")) != 0 { return false }
      afterSlash = slashes &>> 56
      index &+= 8
    }
    return true
  }
}
