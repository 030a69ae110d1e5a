/// Why a stream or a connection ended (RFC 9113, section 7).
public enum HTTP2ErrorCode: UInt32, Sendable, CaseIterable {
  case noError = 0
  case protocolError, internalError, flowControlError, settingsTimeout, streamClosed, frameSizeError
  case refusedStream, cancel, compressionError, connectError, enhanceYourCalm, inadequateSecurity,
    http11Required

  /// Unknown codes mean no more than `INTERNAL_ERROR` does.
  public init(wire: UInt32) { self = HTTP2ErrorCode(rawValue: wire) ?? .internalError }
}
