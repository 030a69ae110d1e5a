/// A hash that is the same in every process and every version: FNV-1a of 64 bits with its bits mixed at the end. Not for
/// tables whose keys somebody else may choose.
public struct StableHash: Sendable {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  public init(_ bytes: Span<UInt8>) {
    for index in bytes.indices { add(bytes[index]) }
  }

  public init(_ text: String) {
    for byte in text.utf8 { add(byte) }
  }

  public init(_ first: UInt64, _ second: UInt64) {
    add(first)
    add(second)
  }

  private mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

  private mutating func add(_ number: UInt64) {
    var rest = number
    for _ in 0..<8 {
      add(UInt8(truncatingIfNeeded: rest))
      rest &>>= 8
    }
  }

  public var value: UInt64 {
    var mixed = state
    mixed = (mixed ^ mixed &>> 33) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ mixed &>> 33) &* 0xC4CE_B9FE_1A85_EC53
    return mixed ^ mixed &>> 33
  }
}
