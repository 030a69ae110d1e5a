public import Primitives

/// A listener's or a service's `http2`: what we grant the other side of a connection, and when it is taken for gone.
public struct HTTP2Options: Sendable, Equatable {
  /// Streams open at a time on one connection: a client's on a listener, ours to a service that would allow more.
  public var maxConcurrentStreams = 100
  /// Bytes of a body under way on one stream before the receiver has taken them.
  public var streamWindow = 256 << 10
  /// The same for all streams of a connection together: twice what all of them may hold, so that those that stall stall no
  /// other. Twice, since libnghttp2 gives a window back when half of it was taken.
  public var connectionWindow = 64 << 20
  /// The largest frame that is taken, in bytes: 16,384 … 16,777,215 (RFC 9113, section 4.2).
  public var maxFrameSize = 16 << 10
  /// Requests of one client's connection that are under way at a time while their streams' windows take less than 1 KiB
  /// each. Beyond, they are refused.
  public var narrowStreams = 8
  /// Frames that cost and carry nothing (resets, pings, settings, empty ones, …) that are taken at once; beyond, the
  /// connection ends with ENHANCE_YOUR_CALM. Of resets, and of requests that are refused or malformed, a client's new
  /// connection has a quarter; header blocks that are read in vain count as several.
  public var glitchBurst = 1000
  /// So many of them are forgiven each second.
  public var glitchRate = 50
  /// CONTINUATION frames of one header block, 0 … 1,000; beyond, the connection ends.
  public var maxContinuations = 8
  /// Frames in answer to the other side's (acknowledgements, resets, window updates) that may wait because it does not read,
  /// 10 … 1,000,000; beyond, the connection ends.
  public var maxQueuedFrames = 1000
  /// What the heads of all open requests of one client's connection may hold, as a multiple of `limits.headerBytes`: 1 …
  /// 1,000. A request beyond is refused.
  public var openHeads = 8
  /// A connection with open streams that has been silent for so long is asked by a PING. Zero: never, as in Envoy.
  public var pingInterval = Interval.zero
  /// A PING that is not answered in this time ends the connection. gRPC's keepalive default.
  public var pingTimeout = Interval.seconds(20)

  public init() {}
}
