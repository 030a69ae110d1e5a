/// A set of pseudo-header fields (RFC 9113, section 8.3; RFC 8441, section 4).
struct HTTP2PseudoFields: OptionSet {
  var rawValue: UInt8

  static var method: Self { Self(rawValue: 1) }
  static var scheme: Self { Self(rawValue: 2) }
  static var authority: Self { Self(rawValue: 4) }
  static var path: Self { Self(rawValue: 8) }
  static var `protocol`: Self { Self(rawValue: 16) }
  static var status: Self { Self(rawValue: 32) }
}
