/// The encodings that an editor may have given to a file, told apart by how it begins. YAML is read as UTF-8 only.
enum TextEncoding: String {
  case utf8 = "UTF-8"
  case utf16 = "UTF-16"
  case utf32 = "UTF-32"

  /// U+FEFF in UTF-8, which says nothing and may stand in front.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// YAML 1.2, section 5.2: a byte order mark, or the zeros that an ASCII character comes with.
  static func detect(_ bytes: [UInt8]) -> TextEncoding {
    let zeros = bytes.prefix(4).map { $0 == 0 }
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return .utf32 }
    if zeros == [true, true, true, false] || zeros == [false, true, true, true] { return .utf32 }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return .utf16 }
    if zeros.starts(with: [true, false]) || zeros.starts(with: [false, true]) { return .utf16 }
    return .utf8
  }
}
