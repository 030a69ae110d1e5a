/// Finds DATA frames that are not worth their nine octets of header, each of which costs us tens of times what it costs its
/// sender.
///
/// A message of gRPC takes five octets at least, so that streams of tiny messages never count; and what a large body leaves
/// for its last frame, be it a byte, is paid for by the frames before it.
///
/// Whoever sends messages and reads others may give back, with each, what it has read of a stream's and of the connection's
/// window: gRPC's library in C does, and its answers may have come in heaps, of which each is one frame of ours. Pure.
struct HTTP2ContentMeter {
  /// Frames with fewer octets are tiny.
  static let least = 5
  /// Octets that pay for a tiny frame.
  static let price = 64
  /// So many octets are kept for later.
  private static let most = 4096
  /// So many frames are one glitch: they take about a microsecond.
  private static let frames = 8

  /// Window updates that come with a frame.
  private static let updates: UInt8 = 2

  private var octets = Self.most
  private var paidUpdates: UInt8 = 0
  private var unpaid = 0

  /// A DATA frame has come that does not end its stream. True: with others before it, it is a glitch.
  mutating func isGlitch(_ length: Int) -> Bool {
    octets = min(octets &+ length, Self.most)
    if length >= Self.least { return false }
    octets &-= Self.price
    if octets >= 0 { return false }
    octets = 0
    unpaid &+= 1
    if unpaid < Self.frames { return false }
    unpaid = 0
    return true
  }

  /// DATA frames have come of which none was tiny.
  mutating func earn(_ length: Int) {
    octets = min(octets &+ length, Self.most)
    pay(for: length)
  }

  /// A DATA frame has come. What was not used of the one before is gone.
  mutating func pay(for length: Int) {
    if length >= Self.least { paidUpdates = Self.updates }
  }

  /// Whether a window update is paid for.
  mutating func takeUpdate() -> Bool {
    if paidUpdates == 0 { return false }
    paidUpdates -= 1
    return true
  }
}
