import Primitives

/// Calls `piece` with the pieces of `bytes`: whole, one byte each, and cut at random with each of some seeds. Each of
/// these is one run, with a `begin` and an `end`.
func inPieces(_ bytes: [UInt8], begin: () -> Void, _ piece: (Span<UInt8>) -> Void, end: () -> Void = {}) {
  begin()
  piece(bytes.span)
  end()
  begin()
  for byte in bytes { piece([byte].span) }
  end()
  for seed in 1...20 {
    var random = Random(seed: UInt64(seed))
    begin()
    var position = 0
    while position < bytes.count {
      let size = min(random.next(below: 9), bytes.count - position)
      piece(bytes.span.extracting(position..<(position + size)))
      position += size
    }
    end()
  }
}

/// A buffer's content.
func bytes(_ buffer: borrowing ByteBuffer) -> [UInt8] {
  var bytes: [UInt8] = []
  for i in 0..<buffer.count { bytes.append(buffer[i]) }
  return bytes
}
