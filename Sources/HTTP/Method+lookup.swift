internal import Primitives

extension Method {
  /// The method whose name, and a space behind it, a word begins with; `.other` where it has no case here. What comes
  /// behind the space does not matter.
  @inline(__always)
  static func find(_ word: UInt64) -> Method {
    if word & 0xffff_ffff == Word.of("GET ") { return .get }
    if word & 0xff_ffff_ffff == Word.of("POST ") { return .post }
    if word & 0xffff_ffff == Word.of("PUT ") { return .put }
    if word & 0xff_ffff_ffff == Word.of("HEAD ") { return .head }
    if word & 0xffff_ffff_ffff == Word.of("PATCH ") { return .patch }
    if word & 0xff_ffff_ffff_ffff == Word.of("DELETE ") { return .delete }
    if word == Word.of("OPTIONS ") { return .options }
    if word == Word.of("CONNECT ") { return .connect }
    if word & 0xffff_ffff_ffff == Word.of("TRACE ") { return .trace }
    return .other
  }

  /// The method of a name that stands alone; `.other` for every token that has no case here. Nil where it is no token
  /// (RFC 9110, section 9.1).
  static func of(_ name: Span<UInt8>) -> Method? {
    if name.count < 8, !name.isEmpty {
      let spaced = Word.load(name, 0, upTo: name.count) | 0x20 &<< UInt64(name.count &* 8)
      let method = find(spaced)
      // It may end with its first space; a name that goes on behind one is none.
      if method != .other, method.name.utf8CodeUnitCount == name.count { return method }
    }
    return name.isToken ? .other : nil
  }
}
