/// What content of DATA frames pays for: small frames that nobody will read, each of which costs us tens of times what it costs
/// its sender, and window updates.
///
/// Small frames that are read cost no more than that: those that come together are put together (`HTTP2DataRun`), and one that
/// comes by itself was a packet of its sender's. So an application may send words of a byte.
///
/// Whoever sends messages and reads others may give back, with each, what it has read of a stream's and of the connection's
/// window: gRPC's library in C does, and its answers may have come in heaps, of which each is one frame of ours. Pure.
struct HTTP2ContentMeter {
  /// Octets that pay for a frame.
  static let price = 64
  /// So many octets are kept for later.
  private static let most = 4096
  /// So many frames are one glitch: they take about a microsecond.
  private static let frames = 8

  /// Window updates that come with a frame.
  private static let updates: UInt8 = 2
  /// Octets that we have sent for each of them, at least: the two give a message of gRPC back, which has five.
  private static let updatePrice = 2
  /// Octets that were sent count for so long: a heap of messages in a frame.
  private static let mostSent = 16 << 10

  private var octets = Self.most
  private var sentOctets = 0
  private var paidUpdates: UInt8 = 0
  private var unpaid = 0

  /// A DATA frame has come that nobody will read, of less than its price. True: with others before it, it is a glitch.
  mutating func isGlitch() -> Bool {
    octets &-= Self.price
    if octets >= 0 { return false }
    octets = 0
    unpaid &+= 1
    if unpaid < Self.frames { return false }
    unpaid = 0
    return true
  }

  /// DATA frames have come, of so many octets. What was not used of those before is gone.
  mutating func earn(_ length: Int) {
    octets = min(octets &+ length, Self.most)
    paidUpdates = Self.updates
  }

  /// DATA frames were sent, of so many octets.
  mutating func sent(_ length: Int) { sentOctets = min(sentOctets &+ length, Self.mostSent) }

  /// Whether a window update is paid for.
  mutating func takeUpdate() -> Bool {
    if paidUpdates == 0 || sentOctets < Self.updatePrice { return false }
    paidUpdates -= 1
    sentOctets &-= Self.updatePrice
    return true
  }
}
