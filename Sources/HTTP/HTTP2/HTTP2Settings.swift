/// What a session grants its peer, and what it puts up with. The defaults suit an open network.
public struct HTTP2Settings: Equatable, Sendable {
  /// Server: streams that a client may have open at a time. A request beyond is refused with REFUSED_STREAM.
  public var maxConcurrentStreams = 100
  /// Bytes of a body that may be under way on one stream before `consume`: 1 … 2^31 - 1. Client: a stream begins with
  /// `firstStreamWindow`, where that is less.
  public var initialStreamWindow = 256 << 10
  /// Client: what a stream begins with, until twice as much was consumed. So answers that nobody takes hold little: with
  /// what streams and connections take themselves, no more than the usual buffer of 64 KiB.
  public static let firstStreamWindow = 54 << 10
  /// The same for all streams of the connection together; client: on their way, taken or not. 65,535 … 2^31 - 1.
  public var initialConnectionWindow = 64 << 20
  /// The largest frame that is taken, in bytes of payload: 16,384 … 16,777,215.
  public var maxFrameSize = 16 << 10
  /// Server: takes extended CONNECT (RFC 8441).
  public var enableConnectProtocol = true

  /// Glitches (see `HTTP2Glitch`) that are taken at once; beyond, the connection ends with ENHANCE_YOUR_CALM. Of those that
  /// are about messages, a client's new connection has a quarter.
  public var glitchBurst = 1000
  /// So many of them are forgiven each second.
  public var glitchRate = 50
  /// Frames in answer to the peer's (acknowledgements, resets, window updates) that may wait for `pull`; and heads, with
  /// four more for each stream.
  public var maxQueuedFrames = 1000
  /// CONTINUATION frames of one header block. With frames of 16 KiB, a few are enough for the header limit.
  public var maxContinuations = 8
  /// Heads of all open streams together, in bytes with 32 for each field, as multiples of `HTTPLimits.headerBytes`. A
  /// few bytes can stand for thousands (RFC 7541), so that each head's own bound is not enough. What counts of a head is
  /// only what goes beyond four times its octets and the 4,096 bytes of the peer's table, so that ordinary heads, however
  /// large, do not. A request beyond is refused with REFUSED_STREAM.
  public var openHeads = 8

  public init() {}
}
