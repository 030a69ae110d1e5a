import Protobuf
import Testing

@Suite struct ProtobufWriterTests {
  private func bytes(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] { ProtobufWriter.message(write) }

  @Test func numbers() {
    #expect(bytes { $0.uint64(1, 1) } == [0x08, 1])
    #expect(bytes { $0.uint64(1, 300) } == [0x08, 0xac, 0x02])
    #expect(bytes { $0.uint64(16, .max) } == [0x80, 0x01] + [UInt8](repeating: 0xff, count: 9) + [0x01])
    #expect(bytes { $0.int64(2, -1) } == [0x10] + [UInt8](repeating: 0xff, count: 9) + [0x01])
    #expect(bytes { $0.bool(4, true) } == [0x20, 1])
    #expect(bytes { $0.uint64((1 << 29) - 1, 1) } == [0xf8, 0xff, 0xff, 0xff, 0x0f, 1])
  }

  @Test func textAndMessages() {
    #expect(bytes { $0.string(1, "é") } == [0x0a, 2, 0xc3, 0xa9])
    #expect(bytes { $0.message(3) { $0.uint64(1, 5) } } == [0x1a, 2, 0x08, 5])
    let long = [UInt8](repeating: 7, count: 200)
    #expect(bytes { $0.bytes(2, long) } == [0x12, 0xc8, 0x01] + long)
  }

  @Test func defaultsAreLeftOut() {
    #expect(
      bytes {
        $0.uint64(1, 0)
        $0.int64(2, 0)
        $0.bool(3, false)
        $0.string(4, "")
        $0.bytes(5, [])
      }.isEmpty)
    #expect(bytes { $0.alwaysInt64(6, 0) } == [0x30, 0])
    #expect(bytes { $0.alwaysBytes(5, []) } == [0x2a, 0])
    #expect(bytes { $0.message(1) { _ in } } == [0x0a, 0])
  }
}
