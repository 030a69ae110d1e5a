/// Why a connection is ended with GOAWAY: one case a rule.
public enum HTTP2ConnectionError: UInt8, Error, Equatable, Sendable, CaseIterable {
  /// The framing, or the order of frames, breaks RFC 9113.
  case protocolViolation
  /// A client did not begin with the preface (section 3.4).
  case badPreface
  /// A stream's id is lower than an earlier one's, or belongs to a stream that has ended (section 5.1.1).
  case staleStreamID
  /// More than the budget of frames that cost us and carry nothing.
  case tooManyGlitches
  /// A header block in too many CONTINUATION frames.
  case tooManyContinuations
  /// Header fields far beyond the limits.
  case headerBomb
  /// More answers to control frames wait than the peer takes.
  case queuedOutput
  case outOfMemory

  /// What the peer is told.
  public var code: HTTP2ErrorCode {
    switch self {
    case .protocolViolation, .badPreface, .staleStreamID: .protocolError
    case .tooManyGlitches, .tooManyContinuations, .headerBomb, .queuedOutput: .enhanceYourCalm
    case .outOfMemory: .internalError
    }
  }
}
