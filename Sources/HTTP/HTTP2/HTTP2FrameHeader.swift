/// The nine octets before each frame (RFC 9113, section 4.1).
struct HTTP2FrameHeader: Equatable {
  var length: Int
  var type: UInt8
  var flags: UInt8
  var stream: Int32

  /// Of DATA and HEADERS.
  var endsStream: Bool { flags & 0x1 != 0 }
  /// Of DATA and HEADERS.
  var isPadded: Bool { flags & 0x8 != 0 }
  /// Of SETTINGS and PING.
  var isAcknowledgement: Bool { flags & 0x1 != 0 }
  /// Of HEADERS and CONTINUATION.
  var endsHeaders: Bool { flags & 0x4 != 0 }

  static var size: Int { 9 }
}

/// The types that are defined (RFC 9113, section 6).
enum HTTP2FrameType {
  static var data: UInt8 { 0 }
  static var headers: UInt8 { 1 }
  static var priority: UInt8 { 2 }
  static var reset: UInt8 { 3 }
  static var settings: UInt8 { 4 }
  static var pushPromise: UInt8 { 5 }
  static var ping: UInt8 { 6 }
  static var goAway: UInt8 { 7 }
  static var windowUpdate: UInt8 { 8 }
  static var continuation: UInt8 { 9 }
}
