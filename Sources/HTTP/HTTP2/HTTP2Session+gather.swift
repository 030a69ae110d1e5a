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
    var cursor = HTTP2DataRun.Cursor(
      at: fed, room: Int(unsafe nghttp2_session_get_local_window_size(session)))
    gathering: while true {
      switch pool.run.take(input, &cursor, &content) {
      case .end: break gathering
      case .unknown(let stream):
        if !addPart(of: stream) { break gathering }
      case .full: feedRun(input)
      case .glitch:
        // Whatever the peer has sent before it was too much is read.
        feedRun(input)
        charge(.tinyFrame)
        cursor.isCharged = true
      }
      if failure != nil { return true }
    }
    feedRun(input)
    if cursor.count == 0 { return false }
    sawPieces = true
    scanner.pass(cursor.count)
    offset = cursor.at
    fed = cursor.at
    return true
  }

  /// Whether another one seems to follow: most often none does.
  @inline(__always)
  private func isFollowed(_ header: HTTP2FrameHeader, _ input: Span<UInt8>, _ offset: Int) -> Bool {
    let next = offset &+ header.length
    return next &+ HTTP2FrameHeader.size <= input.count && HTTP2FrameScanner.read(input, next).isPiece
  }

  /// Frames of a stream can be taken from now on; false where they cannot.
  private func addPart(of id: Int32) -> Bool {
    let isOpen = withStream(id) { stream in
      let window = Int(unsafe nghttp2_session_get_stream_local_window_size(session, id))
      let left = stream.isMalformed ? nil : stream.remaining
      pool.run.addPart(of: id, room: min(window, Int(clamping: left ?? .max)))
    }
    if isOpen { return true }
    // What was on its way when we reset the stream: nghttp2 counts it, and no more.
    guard id & 1 == 1, mayNotKnowOfEnd(id) else { return false }
    pool.run.addPart(of: id, room: .max, isClosed: true)
    return true
  }

  /// Gives nghttp2 what was put together.
  private func feedRun(_ input: Span<UInt8>) {
    let start = unsafe inputStart
    defer { unsafe inputStart = start }
    isInRun = true
    pool.run.makeFrames(input)
    // SAFETY: nothing is put together while nghttp2 reads.
    pool.run.bytes.withBytes { bytes in
      unsafe bytes.withUnsafeBufferPointer {
        unsafe inputStart = $0.baseAddress
        for part in 0..<pool.run.count {
          guard failure == nil, let frame = pool.run.frame(of: part) else { continue }
          unsafe feed($0.baseAddress! + frame.lowerBound, frame.count)
        }
      }
    }
    pool.run.begin()
    isInRun = false
  }
}
