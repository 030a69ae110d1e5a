internal import Primitives

/// What comes in: which frames can be put together, and where their content stands.
extension HTTP2DataRun {
  /// Takes frames as long as their streams are known and have room for them.
  mutating func take(_ input: Span<UInt8>, _ cursor: inout Cursor, _ meter: inout HTTP2ContentMeter) -> Stop {
    while true {
      takePlain(input, &cursor, &meter)
      if let stop = takeOne(input, &cursor, &meter) { return stop }
    }
  }

  /// Takes what needs no closer look, in as few steps as can be. What is vain is for `takeOne` to judge.
  private mutating func takePlain(
    _ input: Span<UInt8>, _ cursor: inout Cursor, _ meter: inout HTTP2ContentMeter
  ) {
    var (at, room, count, earned) = (cursor.at, cursor.room, pieceCount, 0)
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
        var start = at &+ HTTP2FrameHeader.size
        let end = start &+ length
        // DATA, without a flag but for the one that tells of padding.
        guard word & 0xff_f700_0000 == 0, length > 0, length <= Self.most, length <= room, end <= input.count
        else { break }
        let stream = Int32(truncatingIfNeeded: (word & 0x7f_ffff) &<< 8 | UInt64(input[at &+ 8]))
        let part = index.find(stream, in: parts.span)
        guard part >= 0, length <= parts[part].room, !parts[part].isVain else { break }
        var content = length
        if word & 0x800_0000 != 0 {
          let padding = 1 &+ Int(input[start])
          content &-= padding
          guard content > 0, padding &+ parts[part].padding <= Self.mostPadding else { break }
          parts[part].padding &+= padding
          start &+= 1
        }
        parts[part].room &-= length
        parts[part].content &+= content
        pieces[count] = Piece(start: start, length: content, part: part)
        count &+= 1
        earned &+= content
        at = end
        room &-= length
      }
    }
    swap(&ownParts, &parts)
    swap(&ownPieces, &pieces)
    if count > pieceCount { meter.earn(earned) }
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
    let place = index.find(frame.stream, in: parts.span)
    guard place >= 0 else { return .unknown(frame.stream) }
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
}
