internal import Primitives

extension HTTP1Decoder {
  /// Reads as many complete lines of the head as are there, and copies them into the arena in one piece.
  mutating func readHead(
    _ input: Span<UInt8>, _ offset: inout Int, _ head: inout MessageHead, _ trailers: inout MessageHead
  ) throws(HTTPError) -> HTTPEvent {
    if phase == .startLine {
      guard try beginMessage(input, &offset) else { return .needInput }
    }
    let from = offset
    var complete = false
    if phase == .startLine {
      if !head.isClear { head.clear() }
      if !trailers.isClear { trailers.clear() }
      guard try readStartLine(input, &offset, &head) else { return .needInput }
      resetFields()
      phase = .fields
    }
    do throws(HTTPError) {
      complete = try readFields(
        input, &offset, &head, arenaStart: head.arena.count &- from, bytes: limits.headerBytes,
        count: limits.headerCount)
    } catch {
      // What was noted before the error can be read nonetheless.
      head.arena.append(input.extracting(from..<offset))
      throw error
    }
    head.arena.append(input.extracting(from..<offset))
    guard complete else { return .needInput }
    if role == .server {
      try finishRequest(&head)
      return .head
    }
    return try finishResponse(&head)
  }

  /// Looks at the first byte of a message, and passes over one empty line before a request (RFC 9112 §2.2).
  /// False: more input is needed.
  private mutating func beginMessage(_ input: Span<UInt8>, _ offset: inout Int) throws(HTTPError) -> Bool {
    guard offset < input.count else { return false }
    if role == .client {
      guard awaitsResponse else { throw .unexpectedResponse }
      guard input[offset] == UInt8(ascii: "H") else { throw .invalidStatusLine }
      return true
    }
    if input[offset] == 0x0d {
      guard input.count &- offset > 1 else {
        scanned = 1
        return false
      }
      guard input[offset &+ 1] == 0x0a else { throw .bareLineEnd }
      if skippedEmptyLine { throw .leadingEmptyLines }
      skippedEmptyLine = true
      scanned = 0
      offset &+= 2
      guard offset < input.count else { return false }
      if input[offset] == 0x0d { return try beginMessage(input, &offset) }
    }
    let byte = input[offset]
    if !ByteClass.token.contains(byte) { throw byte == 0x0a ? .bareLineEnd : .invalidMethod }
    return true
  }

  mutating func resetFields() {
    skippedEmptyLine = false
    fieldBytes = 0
    fieldCount = 0
    contentLength = nil
    chunked = false
    connection = ConnectionOptions()
    expectation = false
  }

  /// The place behind the line that begins at `start`, or nil where its end is not in the input; remembers how far
  /// it looked. Throws `tooLong` where the line is, or will be, longer than `limit` bytes.
  mutating func lineEnd(
    _ input: Span<UInt8>, from start: Int, limit: Int, tooLong: HTTPError
  ) throws(HTTPError) -> Int? {
    var index = start &+ scanned
    while index < input.count, input[index] != 0x0a { index &+= 1 }
    if index < input.count {
      scanned = 0
      if index &+ 1 &- start > limit { throw tooLong }
      return index &+ 1
    }
    scanned = input.count &- start
    if scanned > limit { throw tooLong }
    return nil
  }
}
