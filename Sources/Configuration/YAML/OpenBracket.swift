/// Finds the bracket that a text leaves open, for people.
enum OpenBracket {
  /// The last one that begins before `end` and is not closed by then; quotes and comments do not count.
  static func last(in text: [UInt8], before end: SourceMark) -> (text: Character, mark: SourceMark)? {
    var open: [(Character, SourceMark)] = []
    var mark = SourceMark.start
    var quote: UInt8 = 0
    var former = UInt8(ascii: " ")
    var isComment = false
    var isEscaped = false
    for byte in text {
      if mark >= end { break }
      if isComment {
        isComment = byte != 10
      } else if quote != 0 {
        if isEscaped {
          isEscaped = false
        } else if byte == quote {
          quote = 0
        } else {
          isEscaped = byte == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"")
        }
      } else {
        let begins = " ,[{:\n".utf8.contains(former)
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): if begins { quote = byte }
        case UInt8(ascii: "#"): isComment = former == 32 || former == 10
        case UInt8(ascii: "["), UInt8(ascii: "{"):
          if begins || !open.isEmpty { open.append((Character(Unicode.Scalar(byte)), mark)) }
        case UInt8(ascii: "]"), UInt8(ascii: "}"): _ = open.popLast()
        default: break
        }
      }
      former = byte
      if byte == 10 {
        mark = SourceMark(line: mark.line + 1, column: 1)
      } else if byte & 0xC0 != 0x80 {
        mark.column += 1
      }
    }
    return open.last.map { (text: $0.0, mark: $0.1) }
  }
}
