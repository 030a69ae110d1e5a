import Primitives
import Testing

/// The readable bytes as text.
func content(_ buffer: borrowing ByteBuffer) -> String {
  String(decoding: array(buffer), as: UTF8.self)
}

func array(_ buffer: borrowing ByteBuffer) -> [UInt8] {
  (0..<buffer.count).map { buffer[$0] }
}

@Suite struct ByteBufferTests {
  @Test func anEmptyOneHoldsNothing() {
    var buffer = ByteBuffer()
    #expect(buffer.isEmpty && buffer.allocated == 0)
    #expect(buffer.bytes.count == 0)
    buffer.clear()
    buffer.release()
    buffer.consume(0)
    buffer.truncate(to: 0)
    buffer.reserve(0)
    #expect(buffer.isEmpty && buffer.allocated == 0)
  }

  /// Nothing appended to nothing must not touch memory that is not there.
  @Test func emptyPiecesAreWelcome() {
    var buffer = ByteBuffer()
    let none: [UInt8] = []
    buffer.append(none.span)
    buffer.append("" as StaticString)
    buffer.append("" as String)
    buffer.append(own: 0..<0)
    buffer.replace(at: 0, with: none.span)
    #expect(buffer.count == 0)
    buffer.append("ab" as StaticString)
    buffer.append(own: 1..<1)
    buffer.replace(at: 2, with: none.span)
    #expect(content(buffer) == "ab")
  }

  @Test func appendsWhatItIsGiven() {
    var buffer = ByteBuffer(capacity: 3)
    #expect(buffer.allocated >= 3)
    buffer.append(65 as UInt8)
    buffer.append("bc" as StaticString)
    buffer.append("dé" as String)
    let bytes: [UInt8] = [0, 255]
    buffer.append(bytes.span)
    #expect(array(buffer) == [65, 98, 99, 100, 0xC3, 0xA9, 0, 255])
    buffer[1] = 66
    #expect(buffer[1] == 66)
    let summed = buffer.withBytes { span in span.indices.reduce(0) { $0 + Int(span[$1]) } }
    #expect(summed == 65 + 66 + 99 + 100 + 0xC3 + 0xA9 + 255)
  }

  @Test(
    arguments: [
      0, 1, 9, 10, 42, 99, 100, 307, 999, 1000, 1024, 9999, 10_000, 12_345, 999_999_999_999,
      1_000_000_000_000, .max - 1, .max,
    ] as [UInt64])
  func decimalsAreTheNumbers(_ value: UInt64) {
    var buffer = ByteBuffer()
    buffer.append(decimal: value)
    #expect(content(buffer) == "\(value)")
  }

  @Test(
    arguments: [
      (0, nil, "0"), (15, nil, "f"), (16, nil, "10"), (0xDEAD_BEEF, nil, "deadbeef"),
      (.max, nil, "ffffffffffffffff"),
      (0, 4, "0000"), (0xABCD, 2, "cd"), (1, 20, "00000000000000000001"),
    ] as [(UInt64, Int?, String)])
  func hexadecimalsAreTheNumbers(_ value: UInt64, _ digits: Int?, _ text: String) {
    var buffer = ByteBuffer()
    buffer.append(hex: value, digits: digits)
    #expect(content(buffer) == text)
  }

  @Test func ownRangesSurviveGrowing() {
    var buffer = ByteBuffer()
    buffer.append("xxabc" as StaticString)
    buffer.consume(2)
    for _ in 0..<10 { buffer.append(own: 0..<buffer.count) }
    #expect(content(buffer) == String(repeating: "abc", count: 1_024))
  }

  @Test func memoryIsKeptUntilReleased() {
    var buffer = ByteBuffer()
    buffer.append(String(repeating: "x", count: 1_000))
    let allocated = buffer.allocated
    buffer.clear()
    #expect(buffer.isEmpty && buffer.allocated == allocated)
    buffer.append("y" as StaticString)
    #expect(content(buffer) == "y" && buffer.allocated == allocated)
    buffer.release()
    #expect(buffer.isEmpty && buffer.allocated == 0)
    buffer.append("z" as StaticString)
    #expect(content(buffer) == "z")
  }

  /// A queue that is never empty: consumed room is used again, memory stays within a small multiple.
  @Test func aLongQueueDoesNotGrow() {
    var buffer = ByteBuffer()
    buffer.append(String(repeating: "a", count: 100))
    for turn in 0..<100_000 {
      buffer.append(UInt8(truncatingIfNeeded: turn))
      buffer.consume(1)
    }
    #expect(buffer.count == 100)
    #expect(buffer[99] == UInt8(truncatingIfNeeded: 99_999))
    #expect(buffer.allocated <= 512)
  }

  @Test func systemCallsWriteAtTheEnd() {
    var buffer = ByteBuffer()
    buffer.append("ab" as StaticString)
    // SAFETY: writes 3 of the 100 bytes offered.
    let written = unsafe buffer.appendUnsafely(limit: 100) { target, limit in
      for index in 0..<3 { unsafe target[index] = UInt8(limit + index) }
      return 3
    }
    #expect(written == 3)
    #expect(array(buffer) == [97, 98, 100, 101, 102])
    // SAFETY: writes nothing.
    let failed = unsafe buffer.appendUnsafely(limit: 10) { _, _ in -1 }
    #expect(failed == -1 && buffer.count == 5)
    var empty = ByteBuffer()
    // SAFETY: writes nothing.
    let nothing = unsafe empty.appendUnsafely(limit: 0) { _, _ in 0 }
    #expect(nothing == 0 && empty.isEmpty)
  }

  @Test(arguments: 0..<20 as Range<UInt64>) func behavesAsAnArray(_ seed: UInt64) {
    var random = Random(seed: seed)
    var buffer = ByteBuffer()
    var model: [UInt8] = []
    for _ in 0..<2_000 {
      let piece = (0..<random.next(below: 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      switch random.next(below: 9) {
      case 0, 1:
        buffer.append(piece.span)
        model += piece
      case 2:
        buffer.append(UInt8(7))
        model.append(7)
      case 3, 4:
        let count = random.next(below: model.count + 1)
        buffer.consume(count)
        model.removeFirst(count)
      case 5:
        let count = random.next(below: model.count + 1)
        buffer.truncate(to: max(count, model.count - 9))
        model.removeLast(model.count - max(count, model.count - 9))
      case 6:
        let from = random.next(below: model.count + 1)
        let to = from + random.next(below: min(64, model.count - from) + 1)
        buffer.append(own: from..<to)
        model += model[from..<to]
      case 7:
        let fitting = piece.prefix(model.count)
        let index = random.next(below: model.count - fitting.count + 1)
        buffer.replace(at: index, with: Array(fitting).span)
        model.replaceSubrange(index..<(index + fitting.count), with: fitting)
      default:
        if random.next(below: 40) == 0 {
          buffer.release()
          model = []
        } else {
          buffer.reserve(random.next(below: 100))
        }
      }
      #expect(buffer.count == model.count)
    }
    #expect(array(buffer) == model)
  }
}
