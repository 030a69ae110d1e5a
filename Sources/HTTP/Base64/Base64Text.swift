internal import Primitives

/// Base64 that is there as a whole (RFC 4648, section 4), as files hold it: broken into lines maybe.
package enum Base64Text {
  /// Nil where it is none.
  package static func decode(_ text: String) -> [UInt8]? {
    let input = text.utf8.filter { $0 != 10 && $0 != 13 && $0 != 32 }
    var decoder = Base64Decoder()
    var output = ByteBuffer()
    guard decoder.decode(input.span, to: &output), decoder.isComplete else { return nil }
    return output.withBytes { bytes in bytes.indices.map { bytes[$0] } }
  }
}
