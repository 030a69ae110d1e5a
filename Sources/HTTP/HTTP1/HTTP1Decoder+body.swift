internal import Primitives

extension HTTP1Decoder {
  /// Bytes that need no reading: of known length, until the connection closes, or of a tunnel.
  mutating func readPlainBody(_ input: Span<UInt8>, _ offset: inout Int) -> HTTPEvent {
    let start = offset
    guard start < input.count else { return .needInput }
    if phase != .fixedBody {
      offset = input.count
      return .body(start..<offset)
    }
    offset = start &+ take(input.count &- start)
    if remaining == 0 { phase = .end }
    return .body(start..<offset)
  }

  /// Counts up to `available` bytes off what remains; gives how many.
  @inline(__always)
  private mutating func take(_ available: Int) -> Int {
    let count = UInt64(available) < remaining ? available : Int(remaining)
    remaining &-= UInt64(count)
    return count
  }

  /// A body in chunks and its trailers (RFC 9112 §7.1).
  mutating func readChunked(
    _ input: Span<UInt8>, _ offset: inout Int, _ trailers: inout MessageHead
  ) throws(HTTPError) -> HTTPEvent {
    while true {
      switch phase {
      case .chunkSize:
        guard try readChunkSize(input, &offset) else { return .needInput }
        if remaining > 0 {
          phase = .chunkData
        } else {
          phase = .trailers
          fieldBytes = 0
          fieldCount = 0
        }
      case .chunkData:
        let start = offset
        guard start < input.count else { return .needInput }
        offset = start &+ take(input.count &- start)
        if remaining == 0 { phase = .chunkEnd }
        return .body(start..<offset)
      case .chunkEnd:
        guard offset < input.count else { return .needInput }
        if input[offset] != 0x0d { throw .invalidChunkEnd }
        guard input.count &- offset >= 2 else { return .needInput }
        if input[offset &+ 1] != 0x0a { throw .invalidChunkEnd }
        offset &+= 2
        phase = .chunkSize
      default:
        let start = offset
        var complete = false
        do throws(HTTPError) {
          complete = try readFields(
            input, &offset, &trailers, arenaStart: trailers.arena.count &- start, bytes: limits.trailerBytes,
            count: limits.trailerCount)
        } catch {
          trailers.arena.append(input.extracting(start..<offset))
          throw error
        }
        if offset > start { trailers.arena.append(input.extracting(start..<offset)) }
        return complete ? finish() : .needInput
      }
    }
  }

  /// `size [extensions] CRLF`. The size is put into `remaining`; false: more input is needed.
  private mutating func readChunkSize(_ input: Span<UInt8>, _ offset: inout Int) throws(HTTPError) -> Bool {
    let start = offset
    let limit = limits.chunkLine
    guard let end = try lineEnd(input, from: start, limit: limit, tooLong: .chunkLineTooLong) else {
      return false
    }
    var index = start
    var size: UInt64 = 0
    while let digit = input[index].hexValue {
      if size >> 59 != 0 { throw .chunkSizeOverflow }
      size = size &<< 4 | UInt64(digit)
      index &+= 1
    }
    if index == start { throw .invalidChunkSize }
    if input[end &- 2] != 0x0d { throw .bareLineEnd }
    if index < end &- 2 {
      extensionBytes &+= end &- 2 &- index
      if extensionBytes > limits.chunkExtensions { throw .chunkExtensionsTooLong }
      try ChunkExtension.check(input.extracting(index..<(end &- 2)))
    }
    offset = end
    remaining = size
    return true
  }
}
