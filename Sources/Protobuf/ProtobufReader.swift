/// Reads a message in the wire format of protocol buffers, field by field (protobuf.dev, "Encoding").
///
///     while let number = try reader.next() {
///       switch number {
///       case 1: name = try reader.string()
///       default: break
///       }
///     }
///
/// Fields that nobody reads are skipped. Nothing is copied before it is read, and nothing is trusted: lengths are held
/// against the message's end. Our own, because SwiftProtobuf brings FoundationEssentials (ARCHITECTURE.md).
public struct ProtobufReader: ~Copyable, ~Escapable {
  /// Messages within messages.
  public static var maximumDepth: Int { 16 }

  private enum WireType: UInt8 { case varint, fixed64, length, startGroup, endGroup, fixed32 }

  private let bytes: Span<UInt8>
  private let depth: Int
  private var index = 0
  /// Of the field whose value comes next; nil: it has been read.
  private var type: WireType?

  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) { self.init(bytes, depth: 0) }

  @_lifetime(copy bytes)
  private init(_ bytes: Span<UInt8>, depth: Int) {
    self.bytes = bytes
    self.depth = depth
  }

  /// The next field's number; nil at the end. A value that was not read is skipped.
  public mutating func next() throws(ProtobufFault) -> Int? {
    if let type { try skip(type) }
    guard index < bytes.count else { return nil }
    let tag = try rawVarint()
    guard tag >> 3 >= 1, tag >> 3 < 1 << 29 else { throw .badNumber }
    guard let type = WireType(rawValue: UInt8(tag & 7)), type != .startGroup, type != .endGroup else {
      throw .badWireType
    }
    self.type = type
    return Int(tag >> 3)
  }

  // MARK: Values

  public mutating func uint64() throws(ProtobufFault) -> UInt64 {
    try take(.varint)
    return try rawVarint()
  }

  /// Of `int64`, `int32` and enumerations: negative ones have ten bytes.
  public mutating func int64() throws(ProtobufFault) -> Int64 { Int64(bitPattern: try uint64()) }
  public mutating func bool() throws(ProtobufFault) -> Bool { try uint64() != 0 }

  public mutating func bytesValue() throws(ProtobufFault) -> [UInt8] {
    let range = try length()
    var copy: [UInt8] = []
    copy.reserveCapacity(range.count)
    for position in range { copy.append(bytes[position]) }
    return copy
  }

  public mutating func string() throws(ProtobufFault) -> String {
    guard let text = String(validating: try bytesValue(), as: UTF8.self) else { throw .notUTF8 }
    return text
  }

  /// A message within this one. This one goes on behind it.
  @_lifetime(copy self)
  public mutating func message() throws(ProtobufFault) -> ProtobufReader {
    let range = try length()
    guard depth < Self.maximumDepth else { throw .tooDeep }
    return ProtobufReader(bytes.extracting(range), depth: depth + 1)
  }

  // MARK: The wire

  private mutating func take(_ wanted: WireType) throws(ProtobufFault) {
    guard type == wanted else { throw .wrongWireType }
    type = nil
  }

  private mutating func length() throws(ProtobufFault) -> Range<Int> {
    try take(.length)
    let count = try rawVarint()
    guard count <= UInt64(bytes.count - index) else { throw .truncated }
    let start = index
    index += Int(count)
    return start..<index
  }

  private mutating func rawVarint() throws(ProtobufFault) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard index < bytes.count else { throw .truncated }
      let byte = bytes[index]
      index += 1
      // The tenth byte has room for one bit.
      if shift == 63, byte > 1 { throw .varintTooLong }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  private mutating func skip(_ type: WireType) throws(ProtobufFault) {
    switch type {
    case .varint: _ = try uint64()
    case .length: _ = try length()
    case .fixed64: try skip(bytes: 8)
    case .fixed32: try skip(bytes: 4)
    case .startGroup, .endGroup: throw .badWireType
    }
    self.type = nil
  }

  private mutating func skip(bytes count: Int) throws(ProtobufFault) {
    guard bytes.count - index >= count else { throw .truncated }
    index += count
  }
}
