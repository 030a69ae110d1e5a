extension HTTP2ConnectionError {
  /// A few words for people: GOAWAY's debug data, and our log. ASCII without quotes.
  public var text: StaticString {
    switch self {
    case .protocolViolation: "frames that break RFC 9113"
    case .http1Answer: "answer in HTTP/1: the service should not say protocol: h2"
    case .badPreface: "no preface of HTTP/2"
    case .staleStreamID: "stream number lower than an earlier one"
    case .streamClosed: "frame on a stream that had ended"
    case .frameSize: "frame of a size that is not allowed"
    case .flowControl: "flow-control window exceeded"
    case .compression: "header block that cannot be decompressed"
    case .resetFlood: "too many streams reset"
    case .forcedResetFlood: "too many streams that had to be reset"
    case .refusedFlood: "too many streams that had to be refused"
    case .malformedFlood: "too many malformed messages"
    case .pingFlood: "too many PING frames"
    case .settingsFlood: "too many SETTINGS frames"
    case .priorityFlood: "too many PRIORITY frames"
    case .emptyFrameFlood: "too many empty frames"
    case .tinyFrameFlood: "too many short DATA frames on streams that are over"
    case .windowUpdateFlood: "too many WINDOW_UPDATE frames"
    case .unknownFrameFlood: "too many frames of unknown types"
    case .closedStreamFlood: "too many frames on closed streams"
    case .goAwayFlood: "too many GOAWAY frames"
    case .tooManyContinuations: "too many CONTINUATION frames in a header block"
    case .headerBomb: "header fields far beyond the limits, or too often beyond them"
    case .tooManySettings: "too many settings in a frame"
    case .queuedOutput: "too many answers to control frames not read"
    case .slowHeaderBlock: "header block not complete in time"
    case .heldWindows: "too many answers that were asked for and not taken"
    case .internalError: "internal error"
    }
  }
}
