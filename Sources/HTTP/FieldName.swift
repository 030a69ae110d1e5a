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
    guard input.count &- start >= 32 else { return scanUnusual(input, start) }
    let (word0, others0) = load(input, start)
    if others0 != 0 {
      let count = Word.first(others0)
      guard input[start &+ count] == UInt8(ascii: ":") else { return scanUnusual(input, start) }
      return FieldName(
        end: start &+ count, id: FieldID.find(count, Word.before(others0, word0), 0, 0), isUnusual: false)
    }
    let (word1, others1) = load(input, start &+ 8)
    if others1 != 0 {
      let count = 8 &+ Word.first(others1)
      guard input[start &+ count] == UInt8(ascii: ":") else { return scanUnusual(input, start) }
      let id = FieldID.find(count, word0, Word.before(others1, word1), 0)
      return FieldName(end: start &+ count, id: id, isUnusual: false)
    }
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
}
