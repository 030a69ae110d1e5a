internal import CNghttp2
internal import Primitives

/// Small DATA frames that come together cost nghttp2, and whoever takes them, tens of times what they cost the peer. As far as
/// they are whole in the input they are read as the few larger ones that the peer could have sent instead: one for each
/// stream. Nobody can tell the difference, since none of them ends a stream, and no window and no Content-Length is exceeded
/// by them.
extension HTTP2Session {
  /// A DATA frame begins where nghttp2 was fed up to, and only its header was looked at. Takes it and what follows of its
  /// kind; false where nothing was taken.
  func gather(_ header: HTTP2FrameHeader, _ input: Span<UInt8>, _ offset: inout Int, _ fed: inout Int) -> Bool
  {
    guard header.isPiece, offset &- HTTP2FrameHeader.size == fed, isFollowed(header, input, offset) else {
      return false
    }
    var frame = header
    var at = fed
    var count = 0
    var room = Int(unsafe nghttp2_session_get_local_window_size(session))
    while true {
      let start = at &+ HTTP2FrameHeader.size
      guard frame.length <= room, start &+ frame.length <= input.count, var part = part(for: frame) else {
        break
      }
      let isTiny = frame.length < HTTP2ContentMeter.price && pool.run.isVain(part)
      if content.isGlitch(isTiny ? 0 : frame.length) {
        // Whatever the peer has sent before it was too much is read.
        feedRun(input)
        charge(.tinyFrame)
        if failure != nil { return true }
        guard let again = self.part(for: frame) else { break }
        part = again
      }
      pool.run.add(frame.length, at: start, to: part)
      content.pay(for: frame.length)
      count &+= 1
      room &-= frame.length
      at = start &+ frame.length
      if pool.run.isFull { feedRun(input) }
      guard failure == nil, at &+ HTTP2FrameHeader.size <= input.count else { break }
      frame = HTTP2FrameScanner.read(input, at)
      if !frame.isPiece { break }
    }
    feedRun(input)
    if count == 0 { return false }
    scanner.pass(count)
    offset = at
    fed = at
    return true
  }

  /// Whether another one seems to follow: most often none does.
  @inline(__always)
  private func isFollowed(_ header: HTTP2FrameHeader, _ input: Span<UInt8>, _ offset: Int) -> Bool {
    let next = offset &+ header.length
    return next &+ HTTP2FrameHeader.size <= input.count && HTTP2FrameScanner.read(input, next).isPiece
  }

  /// Where a frame of its stream belongs, if it can be taken.
  @inline(__always)
  private func part(for frame: HTTP2FrameHeader) -> Int? {
    guard let part = pool.run.part(of: frame.stream) ?? furtherPart(for: frame.stream),
      frame.length <= pool.run.room(of: part)
    else { return nil }
    return part
  }

  private func furtherPart(for id: Int32) -> Int? {
    var part: Int?
    let isOpen = withStream(id) { stream in
      part = pool.run.part(at: stream.runPart, of: id) ?? newPart(for: stream)
    }
    return isOpen ? part : partOfClosed(id)
  }

  private func newPart(for stream: HTTP2Stream) -> Int {
    let window = Int(unsafe nghttp2_session_get_stream_local_window_size(session, stream.id))
    let left = stream.isMalformed ? nil : stream.remaining
    stream.runPart = pool.run.addPart(of: stream.id, room: min(window, Int(clamping: left ?? .max)))
    return stream.runPart
  }

  /// What was on its way when we reset the stream: nghttp2 counts it, and no more.
  private func partOfClosed(_ id: Int32) -> Int? {
    guard id & 1 == 1, mayNotKnowOfEnd(id) else { return nil }
    return pool.run.part(at: max(0, pool.run.streamCount &- 1), of: id)
      ?? pool.run.addPart(of: id, room: .max, isClosed: true)
  }

  /// Gives nghttp2 what was put together.
  private func feedRun(_ input: Span<UInt8>) {
    let start = unsafe inputStart
    defer { unsafe inputStart = start }
    isInRun = true
    var part = 0
    while let frame = pool.run.makeFrame(of: &part, input) {
      // SAFETY: nothing is put together while nghttp2 reads.
      pool.run.bytes.withBytes { bytes in
        unsafe bytes.withUnsafeBufferPointer {
          unsafe inputStart = $0.baseAddress
          if failure == nil { unsafe feed($0.baseAddress! + frame.lowerBound, frame.count) }
        }
      }
    }
    isInRun = false
  }
}
