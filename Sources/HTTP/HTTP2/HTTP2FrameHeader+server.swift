internal import Primitives

/// How the first bytes of a server tell which version it speaks, where it is not the one that it was asked in.
extension HTTP2FrameHeader {
  /// Whether this may be a server's first frame: SETTINGS (RFC 9113, section 3.4), or GOAWAY from one that did not like how it was
  /// asked.
  var mayBeginServer: Bool {
    if stream != 0 { return false }
    switch type {
    case HTTP2FrameType.settings: return flags == 0 && length % 6 == 0 && length <= 1024
    case HTTP2FrameType.goAway: return flags == 0 && length >= 8 && length <= 16 << 10
    default: return false
    }
  }

  /// The octets "HTTP/1.0 " or "HTTP/1.1 ", read as a frame's header.
  var isStatusLine: Bool {
    length == 0x48_5454 && type == 0x50 && flags == 0x2f && (stream == 0x312e_3120 || stream == 0x312e_3020)
  }
}

extension HTTPError {
  /// Says more precisely what was refused.
  /// - Parameter answer: the bytes at which the answer was to begin, as many as are there.
  public func explained(by answer: Span<UInt8>) -> HTTPError {
    guard self == .invalidStatusLine || self == .unexpectedResponse, answer.count >= HTTP2FrameHeader.size
    else { return self }
    return HTTP2FrameScanner.read(answer, 0).mayBeginServer ? .http2Answer : self
  }
}
