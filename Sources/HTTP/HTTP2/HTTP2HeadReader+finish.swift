internal import Primitives

// The header section is complete: what does it mean? `ends`: it came with END_STREAM.
extension HTTP2HeadReader {
  /// Completes a request's head. Throws where it breaks a rule.
  mutating func finishRequest(_ head: inout MessageHead, ends: Bool) throws(HTTPError) {
    head.version = .http2
    if let failure { throw failure }
    guard pseudo.contains(.method) else { throw .missingPseudoField }
    if head.method == .connect {
      guard pseudo.contains(.authority) else { throw .missingPseudoField }
      // CONNECT itself has neither scheme nor path (RFC 9113, section 8.5), and is not supported.
      if !pseudo.contains(.protocol) {
        throw pseudo.isDisjoint(with: [.scheme, .path]) ? .connectRefused : .invalidPseudoField
      }
    } else if pseudo.contains(.protocol) {
      throw .invalidPseudoField
    }
    guard pseudo.contains(.scheme), pseudo.contains(.path) else { throw .missingPseudoField }
    if head.targetForm == .asterisk, let error = RequestTarget.asteriskError(head.method) { throw error }
    try finishHost(&head)
    if cookies > 1 { Self.joinCookies(&head) }
    try finishFraming(&head, ends: ends)
    head.expectsContinue = expectation && !ends
  }

  /// `:authority` and Host must agree (RFC 9113, section 8.3.1); each makes the other.
  private func finishHost(_ head: inout MessageHead) throws(HTTPError) {
    if let host = head.value(of: .host) {
      if head.authority.isEmpty {
        head.authority = host
      } else if !head.bytes(of: host).equalsIgnoringCase(head.bytes(of: head.authority)) {
        throw .conflictingAuthority
      }
    } else if head.authority.isEmpty {
      throw .missingHost
    } else {
      head.append(.host, copying: head.authority)
    }
  }

  /// Crumbs become one field again (RFC 9113, section 8.2.3).
  private static func joinCookies(_ head: inout MessageHead) {
    var isNeverIndexed = false
    let start = head.beginField(FieldID.cookie.name.bytes)
    let valueStart = head.arena.count
    for i in head.fields.indices where head.fields[i].id == .cookie {
      let value = head.fields[i].value
      if head.arena.count > valueStart { head.arena.append("; ") }
      head.arena.append(own: value.indices)
      isNeverIndexed = isNeverIndexed || head.fields[i].isNeverIndexed
      head.remove(at: i)
    }
    head.endField(.cookie, name: start, value: valueStart)
    head.setNeverIndexed(isNeverIndexed, at: head.fields.count - 1)
  }

  /// Completes a response's head, an informational one too, which `head.status` tells. `method` is the request's.
  mutating func finishResponse(_ head: inout MessageHead, ends: Bool, to method: Method) throws(HTTPError) {
    head.version = .http2
    if let failure { throw failure }
    guard pseudo.contains(.status) else { throw .missingPseudoField }
    if head.status < 200 {
      if ends { throw .noResponse }
      // Content-Length is forbidden here (RFC 9110 §8.6).
      if contentLength != nil { throw .invalidContentLength }
      return
    }
    if head.status == 204 || head.status == 304 || method == .head {
      if head.status != 204 { head.declaredLength = contentLength }
      head.framing = .none
    } else if method == .connect, head.status < 300 {
      // A tunnel, whatever Content-Length says (RFC 9110 §9.3.6).
      contentLength = nil
      head.framing = ends ? .none : .chunked
    } else {
      try finishFraming(&head, ends: ends)
    }
  }

  private func finishFraming(_ head: inout MessageHead, ends: Bool) throws(HTTPError) {
    if let contentLength {
      if ends, contentLength > 0 { throw .lengthMismatch }
      head.framing = .length(contentLength)
    } else if ends {
      head.framing = .none
    } else {
      head.framing = .chunked
    }
  }

  /// Completes trailers, which must end the stream (RFC 9113, section 8.1).
  func finishTrailers(_ head: inout MessageHead, ends: Bool) throws(HTTPError) {
    head.version = .http2
    if let failure { throw failure }
    if !ends { throw .unfinishedTrailers }
  }
}
