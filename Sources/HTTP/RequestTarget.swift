internal import Primitives

/// What may stand in a request's target, whichever version brought it (RFC 9112, section 3.2; RFC 9113, section 8.3.1).
enum RequestTarget {
  /// The place of the first byte that cannot stand in a target; `question` becomes that of the first `?`, where there
  /// is one.
  @inline(__always)
  static func end(_ input: Span<UInt8>, _ start: Int, relaxed: Bool, _ question: inout Int) -> Int {
    let accepted = relaxed ? ByteClass.relaxedTarget : ByteClass.target
    var index = start
    while true {
      // Letters and $%&'()*+,-./0-9:; go by in words, the others one by one.
      while input.count &- index >= 8 {
        let word = input.word(at: index)
        let others = ~(Word.letters(word) | Word.within(word, 0x24, 0x3b)) & Word.highBits
        if others != 0 {
          index &+= Word.first(others)
          break
        }
        index &+= 8
      }
      guard index < input.count else { return index }
      let byte = input[index]
      guard accepted.contains(byte) else { return index }
      if byte == UInt8(ascii: "?"), question < 0 { question = index }
      index &+= 1
    }
  }

  /// Whether targets may name this scheme. Letters of either case.
  static func isSupported(scheme: Span<UInt8>) -> Bool {
    scheme.equalsLowercase("http") || scheme.equalsLowercase("https")
  }

  /// Why `*` cannot stand with this method; nil where it can.
  @inline(__always)
  static func asteriskError(_ method: Method) -> HTTPError? {
    method == .options ? nil : .asteriskWithoutOptions
  }
}
