public import HTTP

extension ErrorReason {
  /// The details of what ended with an endpoint's connection, where its GOAWAY has said why: with which code, as RFC 9113,
  /// section 7, spells it.
  public static func details(ofGoAway code: HTTP2ErrorCode) -> StaticString {
    switch code {
    case .noError: "endpoint ended the connection: NO_ERROR"
    case .protocolError: "endpoint ended the connection: PROTOCOL_ERROR"
    case .internalError: "endpoint ended the connection: INTERNAL_ERROR"
    case .flowControlError: "endpoint ended the connection: FLOW_CONTROL_ERROR"
    case .settingsTimeout: "endpoint ended the connection: SETTINGS_TIMEOUT"
    case .streamClosed: "endpoint ended the connection: STREAM_CLOSED"
    case .frameSizeError: "endpoint ended the connection: FRAME_SIZE_ERROR"
    case .refusedStream: "endpoint ended the connection: REFUSED_STREAM"
    case .cancel: "endpoint ended the connection: CANCEL"
    case .compressionError: "endpoint ended the connection: COMPRESSION_ERROR"
    case .connectError: "endpoint ended the connection: CONNECT_ERROR"
    case .enhanceYourCalm: "endpoint ended the connection: ENHANCE_YOUR_CALM"
    case .inadequateSecurity: "endpoint ended the connection: INADEQUATE_SECURITY"
    case .http11Required: "endpoint ended the connection: HTTP_1_1_REQUIRED"
    }
  }
}
