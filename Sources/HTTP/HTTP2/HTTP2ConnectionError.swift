/// Why a connection is ended with GOAWAY: one case a rule. The GOAWAY is queued already: `pull` it, send it, close.
public enum HTTP2ConnectionError: UInt8, Error, Equatable, Sendable, CaseIterable {
  /// The framing, or the order of frames, breaks RFC 9113.
  case protocolViolation
  /// A server answers in text, as of HTTP/1.
  case http1Answer
  /// A client did not begin with the preface (section 3.4).
  case badPreface
  /// A stream's number is lower than an earlier one's (section 5.1.1).
  case staleStreamID
  /// A frame on a stream that had ended (section 5.1).
  case streamClosed
  /// A frame that is larger or smaller than it may be (section 4.2).
  case frameSize
  /// More bytes of bodies than the windows allow, or a window beyond 2^31 - 1 (section 6.9).
  case flowControl
  /// A header block that cannot be decompressed (section 4.3).
  case compression

  // Abuse. Too many frames that cost and carry nothing: the kind that cost most.
  case resetFlood, forcedResetFlood, refusedFlood, malformedFlood, pingFlood, settingsFlood, priorityFlood
  case emptyFrameFlood, tinyFrameFlood, windowUpdateFlood, unknownFrameFlood, closedStreamFlood, goAwayFlood
  /// A header block in too many CONTINUATION frames.
  case tooManyContinuations
  /// Header fields far beyond the limits, or again and again beyond them.
  case headerBomb
  /// Settings without end in one frame.
  case tooManySettings
  /// More answers to control frames wait than the peer takes.
  case queuedOutput
  /// A header block stays open, so that nothing else can come, longer than a request's head is given.
  case slowHeaderBlock
  /// Answer upon answer was given up, because the windows that they were asked for with took nothing of them.
  case heldWindows

  /// Nothing that the peer could help: memory, or libnghttp2.
  case internalError

  /// What the peer is told.
  public var code: HTTP2ErrorCode {
    switch self {
    case .protocolViolation, .http1Answer, .badPreface, .staleStreamID: .protocolError
    case .streamClosed: .streamClosed
    case .frameSize: .frameSizeError
    case .flowControl: .flowControlError
    case .compression: .compressionError
    case .internalError: .internalError
    case .resetFlood, .forcedResetFlood, .refusedFlood, .malformedFlood, .pingFlood, .settingsFlood,
      .priorityFlood, .emptyFrameFlood, .tinyFrameFlood, .windowUpdateFlood, .unknownFrameFlood,
      .closedStreamFlood, .goAwayFlood,
      .tooManyContinuations, .headerBomb, .tooManySettings, .queuedOutput, .slowHeaderBlock,
      .heldWindows:
      .enhanceYourCalm
    }
  }

  /// The peer did more than make a mistake.
  public var isAbuse: Bool { code == .enhanceYourCalm }

  /// What nghttp2 has found, by the code of its GOAWAY.
  init(found code: HTTP2ErrorCode) {
    switch code {
    case .streamClosed: self = .streamClosed
    case .frameSizeError: self = .frameSize
    case .flowControlError: self = .flowControl
    case .compressionError: self = .compression
    case .enhanceYourCalm: self = .tooManySettings
    case .internalError: self = .internalError
    default: self = .protocolViolation
    }
  }

  init(flood glitch: HTTP2Glitch) {
    switch glitch {
    case .reset: self = .resetFlood
    case .forcedReset: self = .forcedResetFlood
    case .refused: self = .refusedFlood
    case .malformed: self = .malformedFlood
    case .ping: self = .pingFlood
    case .settings: self = .settingsFlood
    case .priority: self = .priorityFlood
    case .tinyFrame: self = .tinyFrameFlood
    case .emptyFrame: self = .emptyFrameFlood
    case .windowUpdate: self = .windowUpdateFlood
    case .unknownFrame: self = .unknownFrameFlood
    case .closedStream: self = .closedStreamFlood
    case .goAway: self = .goAwayFlood
    case .oversized: self = .headerBomb
    }
  }
}
