public import Primitives

extension HTTP1Decoder {
  /// Chunks with more bytes are worth their own way.
  private static let mostGathered = 1024

  /// Whether further small chunks may follow the piece of a body that was told last, a small chunk's end. Then they had better
  /// come together: each costs whoever takes it tens of times what it costs the peer.
  public func maySeeChunks(_ input: Span<UInt8>, behind piece: Range<Int>) -> Bool {
    guard phase == .chunkEnd, piece.count <= Self.mostGathered, input.count &- piece.upperBound >= 6 else {
      return false
    }
    // Most often it was the only one: `CRLF 0 CRLF`.
    return input[piece.upperBound &+ 2] != 0x30 || input[piece.upperBound &+ 3] != 0x0d
  }

  /// Appends the content of small chunks that follow and are whole in the input, without extensions. All else is for `next`.
  public mutating func gatherChunks(_ input: Span<UInt8>, _ offset: inout Int, into buffer: inout ByteBuffer)
  {
    if phase != .chunkEnd { return }
    let count = input.count
    // Behind the content of the last one that was taken.
    var end = offset
    defer { offset = end }
    while count &- end >= 6, input[end] == 0x0d, input[end &+ 1] == 0x0a {
      if let size = Self.tinyChunk(input, end) {
        buffer.append(word: input.word(at: end) &>> 40, count: size)
        end &+= 5 &+ size
        continue
      }
      var index = end &+ 2
      let line = index
      index = Self.skipZeros(input, index)
      var size = 0
      while index < count, let digit = input[index].hexValue {
        size = size &<< 4 | Int(digit)
        if size > Self.mostGathered { return }
        index &+= 1
      }
      let start = index &+ 2
      guard size > 0, start &- line <= limits.chunkLine, start &+ size <= count, input[index] == 0x0d,
        input[index &+ 1] == 0x0a
      else { return }
      end = start &+ size
      if size > 4 {
        buffer.append(input.extracting(start..<end))
      } else {
        // A call would cost more than the copy.
        for place in start..<end { buffer.append(input[place]) }
      }
    }
  }

  /// The size of a chunk of at most three bytes whose line is as short as can be, between `CRLF` at `end` and its content: the
  /// dearest ones, seen in a few steps.
  @inline(__always)
  private static func tinyChunk(_ input: Span<UInt8>, _ end: Int) -> Int? {
    guard input.count &- end >= 8 else { return nil }
    // CRLF, a digit, CRLF, and three bytes more.
    let word = input.word(at: end)
    let size = Int(word &>> 16 & 0xff) &- 0x30
    guard word & 0xff_ff00_ffff == 0x0a_0d00_0a0d, size > 0, size <= 3 else { return nil }
    return size
  }

  /// Where something else than zeros stands, eight at a time.
  @inline(__always)
  private static func skipZeros(_ input: Span<UInt8>, _ start: Int) -> Int {
    var index = start
    while input.count &- index >= 8 {
      let zeros = (input.word(at: index) ^ 0x3030_3030_3030_3030).trailingZeroBitCount &>> 3
      index &+= zeros
      if zeros < 8 { return index }
    }
    while index < input.count, input[index] == 0x30 { index &+= 1 }
    return index
  }
}
