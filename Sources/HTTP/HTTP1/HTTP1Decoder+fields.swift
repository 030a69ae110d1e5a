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
        offset = start &+ 2
        return true
      }
      var field = Field(name: .empty, value: .empty, id: .other, isVerbatim: false)
      guard case .next(let next) = parseField(input, start, &field) else {
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
      try add(field, input, arenaStart, &head)
    }
  }

  /// Why a line that stands alone is no field.
  private func fieldError(_ line: Span<UInt8>) -> HTTPError {
    if line[0].isBlank { return fieldCount == 0 ? .leadingWhitespace : .obsoleteFold }
    var field = Field(name: .empty, value: .empty, id: .other, isVerbatim: false)
    guard case .invalid(let error) = parseField(line, 0, &field) else { return .bareLineEnd }
    return error
  }

  /// `name: value CRLF` with optional white space around the value (RFC 9112 §5). Ranges count in the input.
  @inline(__always)
  private func parseField(_ input: Span<UInt8>, _ start: Int, _ field: inout Field) -> LineResult {
    let colon = Self.endOfName(input, start)
    guard colon < input.count else { return .incomplete }
    if input[colon] != UInt8(ascii: ":") { return .invalid(nameError(input, start, colon)) }
    if colon == start { return .invalid(.emptyName) }

    var value = colon &+ 1
    while value < input.count, input[value].isBlank { value &+= 1 }
    let end = Self.endOfValue(input, value)
    guard end &+ 1 < input.count else { return .incomplete }
    guard input[end] == 0x0d, input[end &+ 1] == 0x0a else {
      return .invalid(unexpected(input[end], otherwise: .invalidValue))
    }
    var valueEnd = end
    while valueEnd > value, input[valueEnd &- 1].isBlank { valueEnd &-= 1 }
    field.name = ByteRange(start, colon)
    field.value = ByteRange(value, valueEnd)
    field.isVerbatim = value == colon &+ 2 && input[colon &+ 1] == 0x20
    field.id = FieldID.find(input, at: start, count: colon &- start)
    return .next(end &+ 2)
  }

  /// The place of the first byte from `start` on that cannot stand in a name.
  @inline(__always)
  private static func endOfName(_ input: Span<UInt8>, _ start: Int) -> Int {
    var index = start
    while true {
      // Letters, digits and dashes go by in words, the others one by one.
      while input.count &- index >= 8 {
        let word = Word.load(input, index)
        let usual = Word.letters(word) | Word.within(word, 0x30, 0x39) | Word.equal(word, UInt8(ascii: "-"))
        let others = ~usual & Word.highBits
        if others != 0 {
          index &+= Word.first(others)
          break
        }
        index &+= 8
      }
      guard index < input.count else { return index }
      if !ByteClass.token.contains(input[index]) { return index }
      index &+= 1
    }
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
    _ field: Field, _ input: Span<UInt8>, _ arenaStart: Int, _ head: inout MessageHead
  ) throws(HTTPError) {
    if field.id == .other {
      if try dropsUnderscores(input, field.name) { return }
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

  /// Whether the limits' policy on underscores keeps a field of an unknown name out.
  @inline(__always)
  private func dropsUnderscores(_ input: Span<UInt8>, _ name: ByteRange) throws(HTTPError) -> Bool {
    if limits.underscores == .allow { return false }
    for i in name.indices where input[i] == UInt8(ascii: "_") {
      switch limits.underscores {
      case .allow: return false
      case .drop: return true
      case .refuse: throw .underscoreInName
      case .dropAliases: return FieldID.findAlias(input, at: name.start, count: Int(name.count)) != .other
      }
    }
    return false
  }
}
