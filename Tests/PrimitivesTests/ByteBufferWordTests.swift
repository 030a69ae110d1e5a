import Primitives
import Testing

struct ByteBufferWordTests {
  private let word: UInt64 = 0x6867_6665_6463_6261

  private func text(_ buffer: borrowing ByteBuffer) -> String {
    String(decoding: (0..<buffer.count).map { buffer[$0] }, as: UTF8.self)
  }

  @Test func appendsTheLowestBytesFirst() {
    var buffer = ByteBuffer()
    buffer.append(word: word)
    buffer.append(word: word, count: 3)
    buffer.append(word: word, count: 0)
    #expect(text(buffer) == "abcdefghabc")
  }

  @Test func appendsSeveral() {
    for filled in 44...66 {
      var buffer = ByteBuffer()
      for _ in 0..<filled { buffer.append(46 as UInt8) }
      buffer.append(words: [word, word, word], count: 19)
      #expect(text(buffer) == String(repeating: ".", count: filled) + "abcdefghabcdefghabc")
    }
  }

  @Test func growsWhereTheWordWouldNotFit() {
    for filled in 56...72 {
      var buffer = ByteBuffer()
      for _ in 0..<filled { buffer.append(46 as UInt8) }
      buffer.append(word: word, count: 2)
      #expect(text(buffer) == String(repeating: ".", count: filled) + "ab")
    }
  }

  @Test func replacesInPlaceAfterAConsume() {
    var buffer = ByteBuffer()
    buffer.append("xx0123456789")
    buffer.consume(2)
    buffer.replace(at: 1, word: word)
    #expect(text(buffer) == "0abcdefgh9")
    buffer.replace(at: 2, word: word)
    #expect(text(buffer) == "0aabcdefgh")
  }
}
