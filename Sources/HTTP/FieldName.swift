internal import Primitives

/// Where a field's name ends in the input, and which of the known names it is.
struct FieldName {
  /// The place of the first byte that cannot stand in a name: the colon, in a good line.
  var end: Int
  var id: FieldID
  /// It may hold underscores, and is not a known name.
  var isUnusual: Bool

  /// Letters, digits and dashes go by eight at a time, and the same words tell the known names apart.
  @inline(__always)
  static func scan(_ input: Span<UInt8>, _ start: Int) -> FieldName {
    let left = input.count &- start
    guard left >= 8 else { return scanUnusual(input, start) }
    let (word0, others0) = load(input, start)
    if others0 != 0 {
      let count = Word.first(others0)
      guard input[start &+ count] == UInt8(ascii: ":") else { return scanUnusual(input, start) }
      return FieldName(
        end: start &+ count, id: FieldID.find(count, Word.before(others0, word0), 0, 0), isUnusual: false)
    }
    guard left >= 16 else { return scanUnusual(input, start) }
    let (word1, others1) = load(input, start &+ 8)
    if others1 != 0 {
      let count = 8 &+ Word.first(others1)
      guard input[start &+ count] == UInt8(ascii: ":") else { return scanUnusual(input, start) }
      let id = FieldID.find(count, word0, Word.before(others1, word1), 0)
      return FieldName(end: start &+ count, id: id, isUnusual: false)
    }
    guard left >= 24 else { return scanUnusual(input, start) }
    let (word2, others2) = load(input, start &+ 16)
    if others2 != 0 {
      let count = 16 &+ Word.first(others2)
      guard input[start &+ count] == UInt8(ascii: ":") else { return scanUnusual(input, start) }
      let id = FieldID.find(count, word0, word1, Word.before(others2, word2))
      return FieldName(end: start &+ count, id: id, isUnusual: false)
    }
    return scanUnusual(input, start)
  }

  /// A word in lower case, and marks where it holds anything but letters, digits and dashes.
  @inline(__always)
  private static func load(_ input: Span<UInt8>, _ index: Int) -> (word: UInt64, others: UInt64) {
    let word = input.word(at: index)
    let letters = Word.letters(word)
    let usual = letters | Word.within(word, 0x30, 0x39) | Word.equal(word, UInt8(ascii: "-"))
    return (word | letters &>> 2, ~usual & Word.highBits)
  }

  /// Names that are long, hold other characters, or stand at the end of the input.
  @inline(never)
  private static func scanUnusual(_ input: Span<UInt8>, _ start: Int) -> FieldName {
    var index = start
    while index < input.count, ByteClass.token.contains(input[index]) { index &+= 1 }
    return FieldName(end: index, id: FieldID.find(input, at: start, count: index &- start), isUnusual: true)
  }

  /// Which of the known names a name of `count` bytes is, that must be in lower case (RFC 9113, section 8.2.1). It lies
  /// in the input as in a line, with more behind it, so that the same words as above do.
  /// - Throws: where it is none.
  @inline(__always)
  static func readLowercase(
    _ input: Span<UInt8>, _ start: Int, _ count: Int, _ isUnusual: inout Bool
  ) throws(HTTPError) -> FieldID {
    guard count <= 24, count > 0, input.count &- start >= (count &+ 7) & ~7 else {
      isUnusual = true
      return try readUnusual(input, start, count)
    }
    let word0 = input.word(at: start) & mask(count)
    var others = notLowercase(word0) & mask(count)
    var word1: UInt64 = 0
    var word2: UInt64 = 0
    if count > 8 {
      word1 = input.word(at: start &+ 8) & mask(count &- 8)
      others |= notLowercase(word1) & mask(count &- 8)
      if count > 16 {
        word2 = input.word(at: start &+ 16) & mask(count &- 16)
        others |= notLowercase(word2) & mask(count &- 16)
      }
    }
    if others != 0 {
      isUnusual = true
      return try readUnusual(input, start, count)
    }
    return FieldID.find(count, word0, word1, word2)
  }

  /// The lowest `count` bytes.
  @inline(__always)
  private static func mask(_ count: Int) -> UInt64 { count >= 8 ? .max : (1 &<< UInt64(count &* 8)) &- 1 }

  /// Marks where a word holds anything but letters in lower case, digits and dashes.
  @inline(__always)
  private static func notLowercase(_ word: UInt64) -> UInt64 {
    let usual =
      Word.within(word, 0x61, 0x7a) | Word.within(word, 0x30, 0x39) | Word.equal(word, UInt8(ascii: "-"))
    return ~usual & Word.highBits
  }

  @inline(never)
  private static func readUnusual(
    _ input: Span<UInt8>, _ start: Int, _ count: Int
  ) throws(HTTPError) -> FieldID {
    if count == 0 { throw .emptyName }
    for i in start..<(start &+ count) {
      if input[i] &- 0x41 < 26 { throw .uppercaseName }
      if !ByteClass.token.contains(input[i]) { throw .invalidName }
    }
    return FieldID.find(input, at: start, count: count)
  }
}
