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

  /// Whether the octets are text: a status line, or the page of a server that does not know what to make of the preface and
  /// answers as in HTTP/0.9.
  var isText: Bool {
    func isText(_ bits: Int, _ count: Int) -> Bool {
      (0..<count).allSatisfy { place in
        let octet = bits >> (8 * place) & 0xff
        return octet >= 0x20 && octet < 0x7f || octet == 0x0a || octet == 0x0d || octet == 0x09
      }
    }
    return isText(length, 3) && isText(Int(type), 1) && isText(Int(flags), 1) && isText(Int(stream), 4)
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
