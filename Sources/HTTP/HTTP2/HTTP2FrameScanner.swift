internal import Primitives

/// Finds where frames begin in the input, before nghttp2 reads them, which tells of many frames only to itself.
struct HTTP2FrameScanner {
  /// Octets of the client's preface (RFC 9113, section 3.4) that are still to come.
  private var prefaceLeft: Int
  private var partial = InlineArray<9, UInt8>(repeating: 0)
  private var partialCount = 0
  private var payloadLeft = 0

  /// Octets of the header block under way, so far.
  var blockLength = 0
  /// CONTINUATION frames of it.
  var continuations = 0
  /// The highest number of a stream that the peer began.
  var lastPeerStream: Int32 = 0

  init(role: HTTP2Session.Role) {
    prefaceLeft = role == .server ? 24 : 0
  }

  /// Frames that have begun.
  private var frames = 0
  /// How many had begun before the header block that was seen last; nil where it is known to be complete.
  private var block: Int?
  /// The frame under way is the last one of its header block.
  private var endsBlock = false

  /// The number of frames in front of a header block that has begun and is not complete, or of a frame that may be
  /// one. It grows from block to block.
  var openBlock: Int? {
    if let block, !endsBlock || payloadLeft > 0 { return block }
    return partialCount > 0 ? frames : nil
  }

  /// The header of the next frame that begins in the input, and is complete; `offset` moves behind it. Nil at the
  /// input's end.
  mutating func next(_ input: Span<UInt8>, _ offset: inout Int) -> HTTP2FrameHeader? {
    Self.skip(&prefaceLeft, input, &offset)
    Self.skip(&payloadLeft, input, &offset)
    if partialCount == 0, input.count &- offset >= HTTP2FrameHeader.size {
      offset &+= HTTP2FrameHeader.size
      return begin(Self.read(input, offset &- HTTP2FrameHeader.size))
    }
    while partialCount < HTTP2FrameHeader.size, offset < input.count {
      partial[partialCount] = input[offset]
      partialCount &+= 1
      offset &+= 1
    }
    guard partialCount == HTTP2FrameHeader.size else { return nil }
    partialCount = 0
    return begin(Self.read(partial.span, 0))
  }

  @inline(__always)
  private mutating func begin(_ header: HTTP2FrameHeader) -> HTTP2FrameHeader {
    if endsBlock { block = nil }
    let isHead = header.type == HTTP2FrameType.headers
    if isHead, block == nil { block = frames }
    endsBlock = (isHead || header.type == HTTP2FrameType.continuation) && header.endsHeaders
    frames &+= 1
    payloadLeft = header.length
    return header
  }

  @inline(__always)
  private static func skip(_ left: inout Int, _ input: Span<UInt8>, _ offset: inout Int) {
    let count = min(left, input.count &- offset)
    left &-= count
    offset &+= count
  }

  /// `count` frames, of which the one under way is the first, and none is of a header block, are read by somebody else.
  mutating func pass(_ count: Int) {
    if endsBlock { block = nil }
    endsBlock = false
    frames &+= count &- 1
    payloadLeft = 0
  }

  @inline(__always)
  static func read(_ bytes: Span<UInt8>, _ at: Int) -> HTTP2FrameHeader {
    let most = bytes.word(at: at).byteSwapped
    let stream = UInt32(truncatingIfNeeded: most << 8) | UInt32(bytes[at &+ 8])
    return HTTP2FrameHeader(
      length: Int(most >> 40), type: UInt8(truncatingIfNeeded: most >> 32),
      flags: UInt8(truncatingIfNeeded: most >> 24), stream: Int32(bitPattern: stream & 0x7fff_ffff))
  }
}
