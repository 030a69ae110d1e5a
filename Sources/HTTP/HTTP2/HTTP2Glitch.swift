/// Frames that are legal, or not worth a connection, but cost more than they carry. A peer that sends many of them is
/// up to something: each takes from the session's `HTTP2GlitchMeter`, at least a unit for each microsecond that it costs us.
enum HTTP2Glitch: UInt8, CaseIterable {
  /// A client's RST_STREAM on a stream that was not finished: rapid reset.
  case reset
  /// The peer made us reset a stream: MadeYouReset.
  case forcedReset
  /// A request beyond a limit, which was refused.
  case refused
  /// A message that breaks a rule.
  case malformed
  case ping
  case settings
  case priority
  /// DATA, or CONTINUATION, without content.
  case emptyFrame
  /// Eight short DATA frames that nobody will read, where such frames are the rule (`HTTP2ContentMeter`).
  case tinyFrame
  case windowUpdate
  /// A frame of a type that nobody knows.
  case unknownFrame
  /// A frame on a stream that was reset before.
  case closedStream
  case goAway
  /// A header block that exceeds the limits: it had to be decompressed to its end, and nothing comes of it.
  case oversized

  /// What one takes from the meter; header blocks that were decompressed in vain take more, by their size.
  var cost: Int {
    switch self {
    // Settings may change the windows of all streams, and the size of the compression table.
    case .settings: 5
    // A request, and frames of ours.
    case .forcedReset, .malformed, .oversized: 2
    default: 1
    }
  }

  /// It is about a message of the peer's, so that fields were decompressed, and a stream was kept. The others cost a fraction
  /// of a microsecond.
  var isDear: Bool {
    switch self {
    case .reset, .forcedReset, .refused, .malformed, .oversized: true
    default: false
    }
  }

  /// What a header block that nobody reads takes besides: each byte of it may stand for a field, and all of them have to
  /// be decompressed (RFC 9113, section 4.3).
  static func decompressing(_ length: Int) -> Int { length >> 6 }

  /// The same for one that was read to its end and is not used: `size` in HPACK's terms.
  static func reading(fields: Int, size: Int) -> Int { fields >> 3 &+ size >> 12 }
}
