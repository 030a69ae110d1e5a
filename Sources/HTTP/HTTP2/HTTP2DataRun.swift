internal import Primitives

/// DATA frames that follow each other in the input, put together by their streams. One worker's, used again and again.
struct HTTP2DataRun: ~Copyable {
  /// Frames with more octets are worth their own way.
  static let most = 512
  /// Frames that are put together at a time.
  private static let mostPieces = 4096
  /// Octets that come together in one frame, with all that they were padded with: less than every peer takes.
  private static let mostOctets = 16_000
  /// Octets of padding that one frame has room for, the one that tells of it among them.
  private static let mostPadding = 256

  /// Where the content of a frame stands in the input.
  private struct Piece {
    let start: Int32
    let length: Int16
    let part: Int16

    init(start: Int, length: Int, part: Int) {
      self.start = Int32(truncatingIfNeeded: start)
      self.length = Int16(truncatingIfNeeded: length)
      self.part = Int16(truncatingIfNeeded: part)
    }
  }

  /// What of a stream is put together.
  private struct Part {
    let stream: Int32
    /// The stream is closed.
    let isClosed: Bool
    /// Octets that it may bring still.
    var room: Int
    var content = 0
    var padding = 0
    /// Where the next piece goes in `bytes`.
    var end = 0

    /// Nothing is in it, and nobody will read what will be.
    var isVain: Bool { isClosed && content == 0 }
    /// With the octet that tells of the padding, where there is some.
    var frameSize: Int { HTTP2FrameHeader.size &+ content &+ padding }
  }

  /// How far the input is taken.
  struct Cursor {
    /// Where the next frame begins.
    var at: Int
    /// Octets that the connection may bring still.
    var room: Int
    /// Frames taken.
    var count = 0
    /// What the next frame costs is charged.
    var isCharged = false
  }

  enum Stop {
    /// Here begins what cannot be put together with the frames before it.
    case end
    /// The next frame's stream is not known yet.
    case unknown(Int32)
    /// The next frame is a glitch.
    case glitch
    /// It is time to read what was put together.
    case full
  }

  /// Room for all that come together at a time, once any do.
  private var pieces: [Piece] = []
  private var pieceCount = 0
  private var parts: [Part] = []
  /// The parts that streams of some numbers had last, to be looked at first. No `InlineArray`, which is copied to be read.
  private var places = [Int16](repeating: 0, count: 128)
  /// Frames as the peer could have sent them instead, of all runs of an input. Bodies are told as ranges of it.
  private(set) var bytes = ByteBuffer()

  /// What was put together is done with.
  mutating func forget() { bytes.clear() }

  /// Takes frames as long as their streams are known and have room for them.
  mutating func take(_ input: Span<UInt8>, _ cursor: inout Cursor, _ meter: inout HTTP2ContentMeter) -> Stop {
    while true {
      takePlain(input, &cursor, &meter)
      if let stop = takeOne(input, &cursor, &meter) { return stop }
    }
  }

  /// Takes what needs no closer look, in as few steps as can be: frames without flags, on open streams.
  private mutating func takePlain(
    _ input: Span<UInt8>, _ cursor: inout Cursor, _ meter: inout HTTP2ContentMeter
  ) {
    var (at, room, count) = (cursor.at, cursor.room, pieceCount)
    // Moved out, so that nobody asks at each place who else owns them.
    var (ownParts, ownPieces): ([Part], [Piece]) = ([], [])
    swap(&ownParts, &parts)
    swap(&ownPieces, &pieces)
    do {
      var parts = ownParts.mutableSpan
      var pieces = ownPieces.mutableSpan
      while at &+ HTTP2FrameHeader.size <= input.count, count < pieces.count {
        let word = input.word(at: at).byteSwapped
        let length = Int(word &>> 40)
        let start = at &+ HTTP2FrameHeader.size
        guard word & 0xff_ff00_0000 == 0, length > 0, length <= Self.most,
          length <= room,
          start &+ length <= input.count
        else { break }
        let stream = Int32(truncatingIfNeeded: (word & 0x7f_ffff) &<< 8 | UInt64(input[at &+ 8]))
        let part = Int(places[Self.place(of: stream)])
        guard part < parts.count, parts[part].stream == stream, length <= parts[part].room,
          !parts[part].isClosed
        else { break }
        parts[part].room &-= length
        parts[part].content &+= length
        pieces[count] = Piece(start: start, length: length, part: part)
        count &+= 1
        at = start &+ length
        room &-= length
      }
    }
    swap(&ownParts, &parts)
    swap(&ownPieces, &pieces)
    if count > pieceCount { meter.earn(cursor.room &- room) }
    cursor.count &+= count &- pieceCount
    cursor.at = at
    cursor.room = room
    pieceCount = count
  }

  /// Takes one frame, whatever is special about it; nil where it was taken.
  private mutating func takeOne(
    _ input: Span<UInt8>, _ cursor: inout Cursor, _ meter: inout HTTP2ContentMeter
  ) -> Stop? {
    guard cursor.at &+ HTTP2FrameHeader.size <= input.count else { return .end }
    let frame = HTTP2FrameScanner.read(input, cursor.at)
    var start = cursor.at &+ HTTP2FrameHeader.size
    let end = start &+ frame.length
    guard frame.isPiece, frame.length <= cursor.room, end <= input.count else { return .end }
    let place = Int(places[Self.place(of: frame.stream)])
    guard place < parts.count, parts[place].stream == frame.stream else { return .unknown(frame.stream) }
    if pieces.isEmpty {
      pieces = [Piece](repeating: Piece(start: 0, length: 0, part: 0), count: Self.mostPieces)
    }
    if pieceCount == pieces.count { return .full }
    let padding = frame.isPadded ? 1 &+ Int(input[start]) : 0
    let content = frame.length &- padding
    // Padding alone is judged elsewhere.
    var part = parts[place]
    guard content > 0, frame.length <= part.room, padding &+ part.padding <= Self.mostPadding else {
      return .end
    }
    if part.isVain, content < HTTP2ContentMeter.price {
      if !cursor.isCharged, meter.isGlitch() { return .glitch }
    } else {
      meter.earn(content)
    }
    if frame.isPadded { start &+= 1 }
    pieces[pieceCount] = Piece(start: start, length: content, part: place)
    pieceCount &+= 1
    part.content &+= content
    part.padding &+= padding
    part.room &-= frame.length
    parts[place] = part
    cursor = Cursor(at: end, room: cursor.room &- frame.length, count: cursor.count &+ 1)
    return nil
  }

  // MARK: Streams

  /// The place of a stream that was looked for under the number `place`.
  @inline(__always)
  func part(at place: Int, of stream: Int32) -> Int? {
    place < parts.count && parts[place].stream == stream ? place : nil
  }

  /// The place of the stream that came last, if it is this one.
  func lastPart(of stream: Int32) -> Int? { part(at: max(0, parts.count &- 1), of: stream) }

  @inline(__always)
  private static func place(of stream: Int32) -> Int { Int(stream &>> 1) & 127 }

  /// The next frame is found at `part`.
  mutating func expect(_ stream: Int32, at part: Int) {
    places[Self.place(of: stream)] = Int16(truncatingIfNeeded: part)
  }

  /// - Parameter room: octets that the stream may bring still.
  mutating func addPart(of stream: Int32, room: Int, isClosed: Bool = false) -> Int {
    parts.append(Part(stream: stream, isClosed: isClosed, room: min(room, Self.mostOctets)))
    return parts.count &- 1
  }

  // MARK: Frames

  /// How many streams have a part in it.
  var count: Int { parts.count }

  /// Makes a frame of each part, in `bytes`.
  mutating func makeFrames(_ input: Span<UInt8>) {
    for index in parts.indices where parts[index].content > 0 {
      let part = parts[index]
      let start = bytes.count
      parts[index].end = start &+ HTTP2FrameHeader.size &+ (part.padding > 0 ? 1 : 0)
      bytes.append(zeros: part.frameSize)
      let length = part.frameSize &- HTTP2FrameHeader.size
      bytes[start &+ 1] = UInt8(truncatingIfNeeded: length >> 8)
      bytes[start &+ 2] = UInt8(truncatingIfNeeded: length)
      for place in 0..<4 {
        bytes[start &+ 5 &+ place] = UInt8(truncatingIfNeeded: part.stream >> Int32(24 &- 8 &* place))
      }
      if part.padding > 0 {
        bytes[start &+ 4] = 0x8
        bytes[start &+ HTTP2FrameHeader.size] = UInt8(truncatingIfNeeded: part.padding &- 1)
      }
    }
    for index in 0..<pieceCount {
      let piece = pieces[index]
      let (part, start, length) = (Int(piece.part), Int(piece.start), Int(piece.length))
      let end = parts[part].end
      bytes.replace(at: end, with: input.extracting(start..<start &+ length))
      parts[part].end = end &+ length
    }
    pieceCount = 0
  }

  /// Where the frame of a part stands in `bytes`; nil where nothing came for it.
  func frame(of part: Int) -> Range<Int>? {
    let part = parts[part]
    if part.content == 0 { return nil }
    let end = part.end &+ max(0, part.padding &- 1)
    return end &- part.frameSize..<end
  }

  /// The next run begins.
  mutating func begin() { parts.removeAll(keepingCapacity: true) }
}

extension HTTP2FrameHeader {
  /// DATA of a few octets, and not its stream's end.
  var isPiece: Bool {
    type == HTTP2FrameType.data && flags & 0x1 == 0 && length > 0 && length <= HTTP2DataRun.most
  }
}
