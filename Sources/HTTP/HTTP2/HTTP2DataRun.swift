internal import Primitives

/// DATA frames that follow each other in the input, put together by their streams. One worker's, used again and again.
struct HTTP2DataRun: ~Copyable {
  /// Frames with more octets are worth their own way.
  static let most = 512
  /// Frames that are put together at a time, and octets that come together in one: what every peer takes.
  private static let mostFrames = 4096
  private static let frameSize = 16 << 10

  private struct Frame {
    var start: Int32
    var length: Int32
    /// The stream's next one; -1 where it is the last.
    var next: Int32 = -1
  }

  private struct Part {
    let stream: Int32
    /// Octets that the stream may bring still.
    var room: Int
    /// The stream is closed.
    let isClosed: Bool
    var first: Int32 = -1
    var last: Int32 = -1
  }

  private var frames: [Frame] = []
  private var parts: [Part] = []
  /// The parts that streams of some numbers had last, to be looked at first.
  private var places = InlineArray<64, Int32>(repeating: 0)
  /// Frames as the peer could have sent them instead, of all runs of an input. Bodies are told as ranges of it.
  private(set) var bytes = ByteBuffer()

  /// What was put together is done with.
  mutating func forget() { bytes.clear() }

  var isFull: Bool { frames.count == Self.mostFrames }
  var streamCount: Int { parts.count }

  /// The place of a stream that was looked for under the number `place`.
  @inline(__always)
  func part(at place: Int, of stream: Int32) -> Int? {
    place < parts.count && parts[place].stream == stream ? place : nil
  }

  @inline(__always)
  func part(of stream: Int32) -> Int? { part(at: Int(places[Self.place(of: stream)]), of: stream) }

  private static func place(of stream: Int32) -> Int { Int(stream &>> 1) & 63 }

  mutating func addPart(of stream: Int32, room: Int, isClosed: Bool = false) -> Int {
    parts.append(Part(stream: stream, room: room, isClosed: isClosed))
    places[Self.place(of: stream)] = Int32(truncatingIfNeeded: parts.count &- 1)
    return parts.count &- 1
  }

  func room(of part: Int) -> Int { parts[part].room }

  /// Nothing is in it, and nobody will read what will be.
  func isVain(_ part: Int) -> Bool { parts[part].isClosed && parts[part].first < 0 }

  /// A frame's content stands at `start` in the input.
  mutating func add(_ length: Int, at start: Int, to part: Int) {
    let index = Int32(truncatingIfNeeded: frames.count)
    frames.append(Frame(start: Int32(start), length: Int32(length)))
    var whole = parts[part]
    if whole.last < 0 { whole.first = index } else { frames[Int(whole.last)].next = index }
    whole.last = index
    whole.room &-= length
    parts[part] = whole
  }

  /// Makes the next frame of what was put together, and gives where it stands in `bytes`; nil where there is none, and the
  /// run begins anew.
  mutating func makeFrame(of part: inout Int, _ input: Span<UInt8>) -> Range<Int>? {
    while part < parts.count, parts[part].first < 0 { part &+= 1 }
    guard part < parts.count else {
      frames.removeAll(keepingCapacity: true)
      parts.removeAll(keepingCapacity: true)
      return nil
    }
    let start = bytes.count
    for _ in 0..<HTTP2FrameHeader.size { bytes.append(0) }
    var index = parts[part].first
    var length = 0
    while index >= 0 {
      let frame = frames[Int(index)]
      if length &+ Int(frame.length) > Self.frameSize { break }
      bytes.append(input.extracting(Int(frame.start)..<Int(frame.start &+ frame.length)))
      length &+= Int(frame.length)
      index = frame.next
    }
    parts[part].first = index
    let id = UInt32(bitPattern: parts[part].stream)
    bytes[start &+ 1] = UInt8(truncatingIfNeeded: length >> 8)
    bytes[start &+ 2] = UInt8(truncatingIfNeeded: length)
    for place in 0..<4 {
      bytes[start &+ 5 &+ place] = UInt8(truncatingIfNeeded: id >> UInt32(24 &- 8 &* place))
    }
    return start..<bytes.count
  }
}

extension HTTP2FrameHeader {
  /// DATA of a few octets, without padding, and not its stream's end.
  var isPiece: Bool {
    type == HTTP2FrameType.data && flags & 0x9 == 0 && length > 0 && length <= HTTP2DataRun.most
  }
}
