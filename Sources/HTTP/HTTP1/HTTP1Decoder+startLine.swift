internal import Primitives

extension HTTP1Decoder {
  /// Reads the start line, if it is complete. False: more input is needed.
  ///
  /// The common way reads the line once, without looking for its end first. Where that fails, the line is read
  /// again alone: so what is thrown depends on the line only, not on how the input was cut.
  mutating func readStartLine(
    _ input: Span<UInt8>, _ offset: inout Int, _ head: inout MessageHead
  ) throws(HTTPError) -> Bool {
    let limit = limits.startLine
    let tooLong: HTTPError = role == .server ? .targetTooLong : .statusLineTooLong
    if scanned > 0 {
      guard try lineEnd(input, from: offset, limit: limit, tooLong: tooLong) != nil else { return false }
    }
    if case .next(let next) = parseStartLine(input, offset, &head) {
      if next &- offset <= limit {
        offset = next
        return true
      }
    }
    // What that has noted may point anywhere.
    head.clear()
    guard let end = try lineEnd(input, from: offset, limit: limit, tooLong: tooLong) else { return false }
    let line = input.extracting(offset..<end)
    // Whoever logs the refusal finds in the arena what was noted.
    head.arena.append(line)
    if case .invalid(let error) = parseStartLine(line, 0, &head) { throw error }
    throw .bareLineEnd
  }

  @inline(__always)
  private func parseStartLine(_ input: Span<UInt8>, _ start: Int, _ head: inout MessageHead) -> LineResult {
    role == .server ? parseRequestLine(input, start, &head) : parseStatusLine(input, start, &head)
  }

  /// What is wrong where something else than this byte was expected.
  func unexpected(_ byte: UInt8, otherwise error: HTTPError) -> HTTPError {
    byte == 0x0d || byte == 0x0a ? .bareLineEnd : error
  }
}
