internal import Primitives

/// What may stand in a field's value, and in a reason phrase (RFC 9110 §5.5).
enum FieldValue {
  /// The place of the first byte from `start` on that cannot stand in a value: a control but for tabs.
  @inline(__always)
  static func end(_ input: Span<UInt8>, _ start: Int) -> Int {
    var index = start
    while true {
      while input.count &- index >= 8 {
        let marks = Word.maybeControls(input.word(at: index))
        if marks != 0 {
          index &+= Word.first(marks)
          break
        }
        index &+= 8
      }
      guard index < input.count else { return index }
      let byte = input[index]
      if byte < 0x20 && byte != 0x09 || byte == 0x7f { return index }
      index &+= 1
    }
  }

  /// Whether the bytes from `start` to `end` are all of a value, without white space around it. A line's end follows.
  @inline(__always)
  static func isWhole(_ input: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if start == end { return true }
    if input[start].isBlank || input[end &- 1].isBlank { return false }
    if end &- start >= 8 {
      // The last word overlaps the one before it.
      var marks = Word.maybeControls(input.word(at: end &- 8))
      var index = start
      while end &- index > 8 {
        marks |= Word.maybeControls(input.word(at: index))
        index &+= 8
      }
      if marks == 0 { return true }
    }
    return Self.end(input, start) == end
  }
}
