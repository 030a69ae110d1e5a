internal import HTTP

extension ErrorReason {
  /// The details of `upstreamStreamReset`: with which code the endpoint gave the stream up, as RFC 9113, section 7, spells
  /// it.
  /// - Parameter code: as it came; not all have a name.
  public static func details(ofReset code: UInt32) -> StaticString {
    guard let code = HTTP2ErrorCode(rawValue: code) else { return "endpoint reset the stream: unknown code" }
    return switch code {
    case .noError: "endpoint reset the stream: NO_ERROR"
    case .protocolError: "endpoint reset the stream: PROTOCOL_ERROR"
    case .internalError: "endpoint reset the stream: INTERNAL_ERROR"
    case .flowControlError: "endpoint reset the stream: FLOW_CONTROL_ERROR"
    case .settingsTimeout: "endpoint reset the stream: SETTINGS_TIMEOUT"
    case .streamClosed: "endpoint reset the stream: STREAM_CLOSED"
    case .frameSizeError: "endpoint reset the stream: FRAME_SIZE_ERROR"
    case .refusedStream: "endpoint reset the stream: REFUSED_STREAM"
    case .cancel: "endpoint reset the stream: CANCEL"
    case .compressionError: "endpoint reset the stream: COMPRESSION_ERROR"
    case .connectError: "endpoint reset the stream: CONNECT_ERROR"
    case .enhanceYourCalm: "endpoint reset the stream: ENHANCE_YOUR_CALM"
    case .inadequateSecurity: "endpoint reset the stream: INADEQUATE_SECURITY"
    case .http11Required: "endpoint reset the stream: HTTP_1_1_REQUIRED"
    }
  }
}
