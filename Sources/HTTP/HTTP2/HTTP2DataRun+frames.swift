internal import Primitives

/// What comes of it: a frame for each stream.
extension HTTP2DataRun {
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
  mutating func begin() {
    if parts.isEmpty { return }
    parts.removeAll(keepingCapacity: true)
    index.clear()
  }
}
