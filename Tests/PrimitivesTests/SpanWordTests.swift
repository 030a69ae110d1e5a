import Primitives
import Testing

@Suite struct SpanWordTests {
  @Test(arguments: 0...3) func theFirstByteIsTheLowest(_ index: Int) {
    let bytes: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xFF]
    let expected = bytes[index..<(index + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    #expect(bytes.span.word(at: index) == expected)
  }
}
