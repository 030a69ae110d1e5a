import Protobuf
import Testing

@Suite struct ProtobufReaderTests {
  /// What a message says, field by field, as its wire types have it.
  private enum Value: Equatable {
    case number(UInt64)
    case bytes([UInt8])
  }

  private func read(_ bytes: [UInt8], numbers: Set<Int> = []) throws(ProtobufFault) -> [Int: [Value]] {
    var found: [Int: [Value]] = [:]
    var reader = ProtobufReader(bytes.span)
    while let number = try reader.next() {
      // Which a schema would say.
      if numbers.contains(number) {
        found[number, default: []].append(.number(try reader.uint64()))
      } else {
        found[number, default: []].append(.bytes(try reader.bytesValue()))
      }
    }
    return found
  }

  @Test(
    arguments: [
      ([0x08, 0x00], 0), ([0x08, 0x01], 1), ([0x08, 0x7f], 127), ([0x08, 0x80, 0x01], 128),
      ([0x08, 0xac, 0x02], 300), ([0x08, 0xff, 0xff, 0xff, 0xff, 0x0f], 0xffff_ffff),
      ([0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], .max),
      // Longer than need be, which parsers take.
      ([0x08, 0x81, 0x80, 0x00], 1),
    ] as [([UInt8], UInt64)])
  func varints(_ bytes: [UInt8], _ value: UInt64) throws {
    #expect(try read(bytes, numbers: [1]) == [1: [.number(value)]])
  }

  @Test func negativeNumbersHaveTenBytes() throws {
    let bytes: [UInt8] = [0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]
    var reader = ProtobufReader(bytes.span)
    #expect(try reader.next() == 2)
    #expect(try reader.int64() == -1)
    #expect(try reader.next() == nil)
  }

  @Test func textAndMessages() throws {
    // 1: "etcd", 2: {1: 5, 2: "é"}, 1: ""
    let bytes: [UInt8] =
      [0x0a, 4] + Array("etcd".utf8) + [0x12, 6, 0x08, 5, 0x12, 2, 0xc3, 0xa9] + [0x0a, 0]
    var reader = ProtobufReader(bytes.span)
    #expect(try reader.next() == 1)
    #expect(try reader.string() == "etcd")
    #expect(try reader.next() == 2)
    var inner = try reader.message()
    #expect(try inner.next() == 1)
    #expect(try inner.uint64() == 5)
    #expect(try inner.next() == 2)
    #expect(try inner.string() == "é")
    #expect(try inner.next() == nil)
    #expect(try reader.next() == 1)
    #expect(try reader.string().isEmpty)
    #expect(try reader.next() == nil)
  }

  /// A varint, eight bytes, text, four bytes.
  @Test func whatNobodyReadsIsSkipped() throws {
    let bytes: [UInt8] =
      [0x18, 0x96, 0x01] + [0x21, 1, 2, 3, 4, 5, 6, 7, 8] + [0x2a, 2, 9, 9] + [0x35, 1, 2, 3, 4] + [0x08, 7]
    var reader = ProtobufReader(bytes.span)
    for number in [3, 4, 5, 6, 1] { #expect(try reader.next() == number) }
    #expect(try reader.uint64() == 7)
    #expect(try reader.next() == nil)
    // Each may be cut nowhere but between fields.
    let whole = [0, 3, 12, 16, 21, 23]
    for count in 0..<bytes.count {
      let isWhole = (try? skip(Array(bytes.prefix(count)))) != nil
      #expect(isWhole == whole.contains(count), "\(count)")
    }
  }

  private func skip(_ bytes: [UInt8]) throws(ProtobufFault) {
    var reader = ProtobufReader(bytes.span)
    while try reader.next() != nil {}
  }

  @Test(
    arguments: [
      ([0x08], .truncated), ([0x08, 0x80], .truncated), ([0x80], .truncated), ([0x0a, 2, 1], .truncated),
      ([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], .truncated),
      ([0x21, 1, 2, 3], .truncated), ([0x35, 1], .truncated),
      ([0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], .varintTooLong),
      ([0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], .varintTooLong),
      ([0x00], .badNumber), ([0x07], .badNumber), ([0x80, 0x80, 0x80, 0x80, 0x10, 0x00], .badNumber),
      ([0x0b], .badWireType), ([0x0c], .badWireType), ([0x0e], .badWireType), ([0x0f], .badWireType),
    ] as [([UInt8], ProtobufFault)])
  func whatIsNoMessage(_ bytes: [UInt8], _ fault: ProtobufFault) {
    #expect(throws: fault) { try skip(bytes) }
  }

  @Test func aFieldOfAnotherTypeIsRefused() throws {
    #expect(throws: ProtobufFault.wrongWireType) { _ = try read([0x08, 1]) }
    #expect(throws: ProtobufFault.wrongWireType) { _ = try read([0x0a, 0], numbers: [1]) }
  }

  @Test func textIsUTF8() throws {
    let bytes: [UInt8] = [0x0a, 2, 0xc3, 0x28]
    #expect(throws: ProtobufFault.notUTF8) {
      var reader = ProtobufReader(bytes.span)
      _ = try reader.next()
      _ = try reader.string()
    }
  }

  @Test func depthHasABound() throws {
    func depth(_ reader: consuming ProtobufReader) throws(ProtobufFault) -> Int {
      while try reader.next() != nil { return 1 + (try depth(reader.message())) }
      return 0
    }
    func nested(_ levels: Int) -> [UInt8] {
      (0..<levels).reduce([]) { inner, _ in [0x0a, UInt8(inner.count)] + inner }
    }
    let most = nested(ProtobufReader.maximumDepth)
    #expect(try depth(ProtobufReader(most.span)) == ProtobufReader.maximumDepth)
    let more = nested(ProtobufReader.maximumDepth + 1)
    #expect(throws: ProtobufFault.tooDeep) { _ = try depth(ProtobufReader(more.span)) }
  }
}
