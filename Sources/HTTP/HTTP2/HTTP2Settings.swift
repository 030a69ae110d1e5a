/// What one side of a connection tells the other about itself, and its bounds on abuse. The defaults suit an open
/// network with fast links.
public struct HTTP2Settings: Equatable, Sendable {
  /// Streams that a client may have open at once; more are refused, to be tried again. 1 ... 2^31 - 1.
  public var maxConcurrentStreams = 100
  /// Bytes of a body that may be under way on one stream before they are taken. 65,535 is the protocol's own.
  public var initialStreamWindow = 256 << 10
  /// The same for all streams of a connection together: many times a stream's, so that one that stalls stalls no other.
  public var initialConnectionWindow = 16 << 20
  /// The largest frame that is taken: 16 KiB ... 16 MiB - 1.
  public var maxFrameSize = 16 << 10
  /// Whether WebSockets may be opened (RFC 8441). Servers only.
  public var enableConnectProtocol = true
  /// Frames that cost and carry nothing (resets, pings, settings, empty ones, ...) that are taken at once; beyond, the
  /// connection ends with ENHANCE_YOUR_CALM.
  public var glitchBurst = 1000
  /// So many of them are forgiven each second.
  public var glitchRate = 50
  /// Answers to PING and SETTINGS that may wait for the peer to read.
  public var maxQueuedControlFrames = 1000
  /// CONTINUATION frames of one header block.
  public var maxContinuations = 8

  public init() {}
}
