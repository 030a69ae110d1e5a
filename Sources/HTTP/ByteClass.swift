/// Sets of ASCII bytes, one bit each; bytes from 0x80 on are in none.
struct ByteClass {
  let low: UInt64
  let high: UInt64

  @inline(__always)
  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    let word = byte < 64 ? low : high
    return byte < 128 && word &>> UInt64(byte & 63) & 1 != 0
  }

  /// tchar (RFC 9110 §5.6.2): letters, digits and !#$%&'*+-.^_`|~
  static var token: ByteClass {
    @inline(__always) get { ByteClass(low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe) }
  }

  /// What RFC 3986 lets stand in a path or a query, and `[`, `]`, which many clients leave bare.
  static var target: ByteClass {
    @inline(__always) get { ByteClass(low: 0xafff_fff2_0000_0000, high: 0x47ff_fffe_afff_ffff) }
  }

  /// `target` and "^`{|}: see `HTTPLimits.allowsUnsafeTargetBytes`.
  static var relaxedTarget: ByteClass {
    @inline(__always) get { ByteClass(low: 0xafff_fff6_0000_0000, high: 0x7fff_ffff_efff_ffff) }
  }

  /// A registered name or an IPv4 address (RFC 3986 §3.2.2), without the comma and percent-encodings.
  static var host: ByteClass {
    @inline(__always) get { ByteClass(low: 0x2bff_6fd2_0000_0000, high: 0x47ff_fffe_87ff_fffe) }
  }
}
