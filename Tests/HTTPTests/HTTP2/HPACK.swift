/// Header blocks of literals that touch no table (RFC 7541, section 6.2.2): every name and value as it is given.
enum HPACK {
  static func literal(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { literal(Array($0.0.utf8), Array($0.1.utf8)) }
  }

  static func literal(_ name: [UInt8], _ value: [UInt8]) -> [UInt8] {
    [0] + text(name) + text(value)
  }

  private static func text(_ bytes: [UInt8]) -> [UInt8] { integer(bytes.count, prefix: 7, 0) + bytes }

  /// Section 5.1.
  static func integer(_ value: Int, prefix: Int, _ first: UInt8) -> [UInt8] {
    let most = 1 << prefix - 1
    if value < most { return [first | UInt8(value)] }
    var bytes = [first | UInt8(most)]
    var rest = value - most
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  /// A change of the table's size (section 6.3).
  static func tableSize(_ size: Int) -> [UInt8] { integer(size, prefix: 5, 0x20) }
}
