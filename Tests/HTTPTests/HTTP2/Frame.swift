import HTTPInvariants

/// Frames as a peer may send them, right or wrong (RFC 9113, section 4.1).
enum Frame {
  static let preface = HTTP2Frames.preface

  /// The preface, and settings that change nothing.
  static let start = preface + settings([])

  static func raw(_ type: UInt8, flags: UInt8 = 0, _ id: UInt32, _ payload: [UInt8] = []) -> [UInt8] {
    let length = payload.count
    return [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
      + word(id) + payload
  }

  static func word(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }

  static func data(_ id: UInt32, _ text: String, ends: Bool = false) -> [UInt8] {
    raw(0, flags: ends ? 1 : 0, id, Array(text.utf8))
  }

  static func data(_ id: UInt32, count: Int, ends: Bool = false) -> [UInt8] {
    raw(0, flags: ends ? 1 : 0, id, [UInt8](repeating: 0x78, count: count))
  }

  /// One header block in one frame.
  static func headers(
    _ id: UInt32, _ fields: [(String, String)], ends: Bool = false, complete: Bool = true
  ) -> [UInt8] {
    raw(1, flags: (ends ? 1 : 0) | (complete ? 4 : 0), id, HPACK.literal(fields))
  }

  static func continuation(_ id: UInt32, _ block: [UInt8], complete: Bool) -> [UInt8] {
    raw(9, flags: complete ? 4 : 0, id, block)
  }

  static func priority(_ id: UInt32, on parent: UInt32) -> [UInt8] { raw(2, id, word(parent) + [15]) }

  static func reset(_ id: UInt32, _ code: UInt32) -> [UInt8] { raw(3, id, word(code)) }

  static func settings(_ values: [(UInt16, UInt32)]) -> [UInt8] {
    raw(4, 0, values.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 255)] + word($0.1) })
  }

  static let settingsAck = raw(4, flags: 1, 0)

  static func ping(_ byte: UInt8 = 0) -> [UInt8] { raw(6, 0, [UInt8](repeating: byte, count: 8)) }

  static func goAway(_ last: UInt32, _ code: UInt32) -> [UInt8] { raw(7, 0, word(last) + word(code)) }

  static func windowUpdate(_ id: UInt32, _ increment: UInt32) -> [UInt8] { raw(8, id, word(increment)) }
}
