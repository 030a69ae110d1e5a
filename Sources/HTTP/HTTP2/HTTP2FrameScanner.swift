internal import Primitives

/// Follows the frames of a peer by their headers alone, to tell whether a header block is under way: libnghttp2 does
/// not say so, and it tells of no frames of types that it does not know. While one is, no other frame can come (RFC 9113, section 4.3), so that it must not be held open.
struct HTTP2FrameScanner {
  /// Of the preface, which comes first.
  private var preface: Int
  /// The bytes of a frame's header that have come.
  private var header: UInt64 = 0
  private var have = 0
  private var length = 0
  /// Bytes of the frame that are still to come.
  private var left = 0
  private var type: UInt8 = 0
  private var flags: UInt8 = 0
  private var frames = 0
  /// The place of a HEADERS frame whose block is not complete.
  private var block: Int?

  init(_ role: HTTP2Session.Role) { preface = role == .server ? 24 : 0 }

  /// The number of frames in front of a header block that has begun and is not complete, or of a frame that may be
  /// one. It grows from block to block.
  var openBlock: Int? { block ?? (have > 0 ? frames : nil) }

  /// Returns how many frames of unknown types have begun.
  mutating func scan(_ bytes: Span<UInt8>) -> Int {
    var unknown = 0
    var i = min(preface, bytes.count)
    preface -= i
    while i < bytes.count {
      if left > 0 {
        let step = min(left, bytes.count - i)
        left -= step
        i += step
        if left == 0 { frameEnds() }
        continue
      }
      if have == 0, bytes.count - i >= 9 {
        length = Int(bytes[i]) << 16 | Int(bytes[i + 1]) << 8 | Int(bytes[i + 2])
        type = bytes[i + 3]
        flags = bytes[i + 4]
        i += 9
        unknown += frameBegins()
        continue
      }
      header = header << 8 | UInt64(bytes[i])
      have += 1
      i += 1
      // Length, type and flags; the stream is of no interest.
      if have == 5 {
        length = Int(header >> 16)
        type = UInt8(truncatingIfNeeded: header >> 8)
        flags = UInt8(truncatingIfNeeded: header)
      }
      if have == 9 {
        header = 0
        have = 0
        unknown += frameBegins()
      }
    }
    return unknown
  }

  /// Returns 1 for an unknown type.
  private mutating func frameBegins() -> Int {
    left = length
    if type == HTTP2Session.headers, block == nil { block = frames }
    let isUnknown = type > HTTP2Session.continuation
    if left == 0 { frameEnds() }
    return isUnknown ? 1 : 0
  }

  private mutating func frameEnds() {
    frames += 1
    if type == HTTP2Session.headers || type == HTTP2Session.continuation, flags & 0x4 != 0 { block = nil }
  }
}
