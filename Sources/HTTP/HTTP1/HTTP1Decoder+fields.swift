internal import Primitives

extension HTTP1Decoder {
  /// Reads as many complete field lines as are there, and moves `offset` behind them. True: the empty line that
  /// ends them was read. What is at `index` in the input will be at `index + arenaStart` in the arena.
  mutating func readFields(
    _ input: Span<UInt8>, _ offset: inout Int, _ head: inout MessageHead, arenaStart: Int, bytes: Int,
    count: Int
  ) throws(HTTPError) -> Bool {
    let tooLong: HTTPError = phase == .trailers ? .trailersTooLarge : .headersTooLarge
    if scanned > 0 {
      guard try lineEnd(input, from: offset, limit: bytes &- fieldBytes, tooLong: tooLong) != nil else {
        return false
      }
    }
    while true {
      let start = offset
      if input.count &- start >= 2, input[start] == 0x0d, input[start &+ 1] == 0x0a {
        if fieldBytes &+ 2 > bytes { throw tooLong }
        offset = start &+ 2
        return true
      }
      var field = Field(name: .empty, value: .empty, id: .other, isVerbatim: false)
      var isUnusual = false
      guard case .next(let next) = parseField(input, start, &field, &isUnusual) else {
        guard let end = try lineEnd(input, from: start, limit: bytes &- fieldBytes, tooLong: tooLong) else {
          return false
        }
        throw fieldError(input.extracting(start..<end))
      }
      fieldBytes &+= next &- start
      if fieldBytes > bytes { throw tooLong }
      fieldCount &+= 1
      if fieldCount > count { throw phase == .trailers ? .tooManyTrailers : .tooManyHeaders }
      offset = next
      try add(field, isUnusual: isUnusual, input, arenaStart, &head)
    }
  }

  /// Why a line that stands alone is no field.
  private func fieldError(_ line: Span<UInt8>) -> HTTPError {
    if line[0].isBlank { return fieldCount == 0 ? .leadingWhitespace : .obsoleteFold }
    var field = Field(name: .empty, value: .empty, id: .other, isVerbatim: false)
    var isUnusual = false
    guard case .invalid(let error) = parseField(line, 0, &field, &isUnusual) else { return .bareLineEnd }
    return error
  }

  /// `name: value CRLF` with optional white space around the value (RFC 9112 §5). Ranges count in the input.
  @inline(__always)
  private func parseField(
    _ input: Span<UInt8>, _ start: Int, _ field: inout Field, _ isUnusual: inout Bool
  ) -> LineResult {
    let name = FieldName.scan(input, start)
    let colon = name.end
    guard colon < input.count else { return .incomplete }
    if input[colon] != UInt8(ascii: ":") { return .invalid(nameError(input, start, colon)) }
    if colon == start { return .invalid(.emptyName) }

    var value = colon &+ 1
    while value < input.count, input[value].isBlank { value &+= 1 }
    let end = FieldValue.end(input, value)
    guard end &+ 1 < input.count else { return .incomplete }
    guard input[end] == 0x0d, input[end &+ 1] == 0x0a else {
      return .invalid(unexpected(input[end], otherwise: .invalidValue))
    }
    var valueEnd = end
    while valueEnd > value, input[valueEnd &- 1].isBlank { valueEnd &-= 1 }
    field.name = ByteRange(start, colon)
    field.value = ByteRange(value, valueEnd)
    field.isVerbatim = value == colon &+ 2 && input[colon &+ 1] == 0x20 && valueEnd == end
    field.id = name.id
    isUnusual = name.isUnusual
    return .next(end &+ 2)
  }

  private func nameError(_ input: Span<UInt8>, _ start: Int, _ index: Int) -> HTTPError {
    if input[index].isBlank, index > start {
      var colon = index
      while colon < input.count, input[colon].isBlank { colon &+= 1 }
      return colon < input.count && input[colon] == UInt8(ascii: ":") ? .whitespaceBeforeColon : .invalidName
    }
    if input[index] == 0x0d, index &+ 1 < input.count, input[index &+ 1] == 0x0a { return .invalidName }
    return unexpected(input[index], otherwise: .invalidName)
  }

  /// Notes one field: what it means for the message, and its place in the arena.
  @inline(__always)
  private mutating func add(
    _ field: Field, isUnusual: Bool, _ input: Span<UInt8>, _ arenaStart: Int, _ head: inout MessageHead
  ) throws(HTTPError) {
    if field.id == .other {
      if isUnusual, try limits.underscores.drops(input, field.name) { return }
    } else if phase == .trailers {
      if field.id.isForbiddenInTrailers { return }
    } else if field.id.isReadByDecoder {
      try note(field, input, arenaStart, &head)
    }
    var field = field
    field.name.offset = UInt32(truncatingIfNeeded: field.name.start &+ arenaStart)
    field.value.offset = UInt32(truncatingIfNeeded: field.value.start &+ arenaStart)
    head.add(field)
  }
}
