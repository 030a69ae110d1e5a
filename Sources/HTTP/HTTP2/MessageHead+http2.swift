internal import Primitives

/// What a complete header block of HTTP/2 means.
extension MessageHead {
  /// A request's head (RFC 9113, section 8.3.1), checked as strictly as HTTP/1's.
  mutating func finishRequest(
    _ pseudo: HTTP2PseudoFields, receivedEnd: Bool, _ limits: HTTPLimits
  ) throws(HTTPError) {
    version = .http2
    methodName = pseudo.method
    method = Method(bytes(of: pseudo.method))
    scheme = pseudo.scheme
    if method == .connect {
      if pseudo.protocolName.isEmpty { throw .connectRefused }
      connectProtocol = pseudo.protocolName
    }
    guard
      equals(pseudo.scheme, "http", ignoringCase: true) || equals(pseudo.scheme, "https", ignoringCase: true)
    else { throw .unsupportedScheme }
    try finishPath(pseudo.path, limits)
    try finishAuthority(pseudo.authority)
    joinCookies()
    try finishFraming(receivedEnd)
    try finishExpectation(receivedEnd)
  }

  private mutating func finishPath(_ path: ByteRange, _ limits: HTTPLimits) throws(HTTPError) {
    if Int(path.count) > limits.startLine { throw .targetTooLong }
    target = path
    self.path = path
    if equals(path, "*") {
      if method != .options { throw .asteriskWithoutOptions }
      targetForm = .asterisk
      return
    }
    guard !path.isEmpty, arena[path.start] == UInt8(ascii: "/") else { throw .invalidTarget }
    let accepted = limits.allowsUnsafeTargetBytes ? ByteClass.relaxedTarget : ByteClass.target
    for i in path.indices {
      let byte = arena[i]
      guard accepted.contains(byte) else { throw .invalidTarget }
      if byte == UInt8(ascii: "?"), !hasQuery {
        self.path = ByteRange(path.start, i)
        query = ByteRange(i + 1, path.end)
      }
    }
  }

  /// `:authority` and `Host` say the same, or one of them is there (section 8.3.1). The head gets a Host field, as
  /// HTTP/1's has.
  private mutating func finishAuthority(_ named: ByteRange) throws(HTTPError) {
    let host = index(of: .host)
    if let host {
      if nextIndex(of: .host, from: host + 1) != nil { throw .duplicateHost }
      let value = fields[host].value
      guard Authority.isValid(arena.bytes, value) else { throw .invalidHost }
      authority = value
    }
    if named.isEmpty {
      if host == nil { throw .missingHost }
      return
    }
    guard Authority.isValid(arena.bytes, named) else { throw .invalidHost }
    if host == nil {
      append(.host, copying: named)
    } else if !bytes(of: authority).equalsIgnoringCase(bytes(of: named)) {
      throw .invalidHost
    }
    authority = named
  }

  /// Crumbs become one field, as HTTP/1 wants it (section 8.2.3).
  private mutating func joinCookies() {
    guard let first = index(of: .cookie), nextIndex(of: .cookie, from: first + 1) != nil else { return }
    let count = fields.count
    let start = arena.count
    var next: Int? = first
    while let index = next {
      if index > first { arena.append("; ") }
      arena.append(own: fields[index].value.indices)
      remove(at: index)
      next = index + 1 < count ? nextIndex(of: .cookie, from: index + 1) : nil
    }
    append(.cookie, copying: ByteRange(start, arena.count))
  }

  /// There is one expectation (RFC 9110, section 10.1.1).
  private mutating func finishExpectation(_ receivedEnd: Bool) throws(HTTPError) {
    var next = index(of: .expect)
    while let index = next {
      guard equals(fields[index].value, "100-continue", ignoringCase: true) else {
        throw .unsupportedExpectation
      }
      expectsContinue = !receivedEnd
      next = nextIndex(of: .expect, from: index + 1)
    }
  }

  /// HTTP/2 frames a body itself; what `Content-Length` says is passed on (section 8.1.1). libnghttp2 holds the
  /// peer to it.
  private mutating func finishFraming(_ receivedEnd: Bool) throws(HTTPError) {
    if let value = value(of: .contentLength) {
      framing = .length(try HTTP1Decoder.parseLength(bytes(of: value)))
    } else {
      framing = receivedEnd ? .none : .chunked
    }
  }

  /// A response's head (section 8.3.2). `method` is its request's.
  mutating func finishResponse(
    _ pseudo: HTTP2PseudoFields, to method: Method, receivedEnd: Bool
  ) throws(HTTPError) {
    version = .http2
    guard let code = Self.status(bytes(of: pseudo.status)) else { throw .invalidStatus }
    status = code
    // RFC 9113, section 8.6: HTTP/2 changes no protocols.
    guard (100..<600).contains(status), status != 101 else { throw .invalidStatus }
    if status < 200 { return }
    var length: UInt64?
    if let value = value(of: .contentLength) { length = try HTTP1Decoder.parseLength(bytes(of: value)) }
    if status == 204 || status == 304 || method == .head {
      if status != 204 { declaredLength = length }
    } else if let length {
      framing = .length(length)
    } else {
      framing = receivedEnd ? .none : .chunked
    }
  }

  private static func status(_ digits: Span<UInt8>) -> Int? {
    guard digits.count == 3 else { return nil }
    var status = 0
    for i in 0..<3 {
      guard digits[i].isDigit else { return nil }
      status = status * 10 + Int(digits[i] &- 0x30)
    }
    return status
  }
}
