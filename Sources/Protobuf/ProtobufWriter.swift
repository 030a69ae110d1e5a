/// Writes a message in the wire format of protocol buffers. As proto3 has it, a field that has its default value is left
/// out; `always…` are for members of a `oneof`, and for items of repeated fields, which are told apart by being there.
public struct ProtobufWriter {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  // MARK: Fields

  public mutating func uint64(_ number: Int, _ value: UInt64) {
    if value != 0 { alwaysUInt64(number, value) }
  }

  public mutating func int64(_ number: Int, _ value: Int64) {
    uint64(number, UInt64(bitPattern: value))
  }

  public mutating func bool(_ number: Int, _ value: Bool) { uint64(number, value ? 1 : 0) }

  public mutating func bytes(_ number: Int, _ value: [UInt8]) {
    if !value.isEmpty { alwaysBytes(number, value) }
  }

  public mutating func string(_ number: Int, _ value: String) { bytes(number, Array(value.utf8)) }

  public mutating func alwaysUInt64(_ number: Int, _ value: UInt64) {
    tag(number, 0)
    varint(value)
  }

  public mutating func alwaysInt64(_ number: Int, _ value: Int64) {
    alwaysUInt64(number, UInt64(bitPattern: value))
  }

  public mutating func alwaysBytes(_ number: Int, _ value: [UInt8]) {
    tag(number, 2)
    varint(UInt64(value.count))
    bytes += value
  }

  /// A message within this one, empty or not.
  public mutating func message(_ number: Int, _ write: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    write(&inner)
    alwaysBytes(number, inner.bytes)
  }

  /// All of one message.
  public static func message(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] {
    var writer = ProtobufWriter()
    write(&writer)
    return writer.bytes
  }

  // MARK: The wire

  private mutating func tag(_ number: Int, _ type: UInt64) {
    precondition(number >= 1 && number < 1 << 29)
    varint(UInt64(number) << 3 | type)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
