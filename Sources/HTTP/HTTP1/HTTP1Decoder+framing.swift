internal import Primitives

extension HTTP1Decoder {
  /// Notes what a field says about the message. Its ranges count in the input.
  mutating func note(
    _ field: Field, _ input: Span<UInt8>, _ arenaStart: Int, _ head: inout MessageHead
  ) throws(HTTPError) {
    switch field.id {
    case .contentLength:
      // Two that agree are refused as well: nobody sends them in good faith.
      if contentLength != nil { throw .duplicateContentLength }
      contentLength = try ContentLength.parse(input.extracting(field.value.indices))
    case .transferEncoding:
      if chunked { throw .duplicateTransferCoding }
      try Self.checkCoding(input.extracting(field.value.indices))
      chunked = true
    case .connection:
      guard connection.add(input, field.value) else { throw .tooManyConnectionOptions }
    case .host where role == .server:
      if head.present.contains(.host) { throw .duplicateHost }
      guard Authority.isValid(input, field.value) else { throw .invalidHost }
      if head.targetForm != .absolute {
        head.authority = ByteRange(field.value.start &+ arenaStart, field.value.end &+ arenaStart)
      }
    case .expect where role == .server && head.version != .http10:
      guard Word.matches(input, field.value.start, Int(field.value.count), "100-continue") else {
        throw .unsupportedExpectation
      }
      expectation = true
    default:
      break
    }
  }

  /// Exactly `chunked` passes. A list of tokens that ends in one `chunked` is a coding that is not known here; all
  /// else is nonsense (RFC 9112 §6.1).
  private static func checkCoding(_ value: Span<UInt8>) throws(HTTPError) {
    if value.equalsLowercase("chunked") { return }
    var index = 0
    var isLast = false
    var others = false
    while let range = value.nextMember(&index) {
      let member = value.extracting(range.indices)
      if isLast || !member.isToken { throw .invalidTransferCoding }
      isLast = member.equalsLowercase("chunked")
      if !isLast { others = true }
    }
    throw isLast && others ? .unsupportedTransferCoding : .invalidTransferCoding
  }

  /// Decides what the complete head of a request means.
  mutating func finishRequest(_ head: inout MessageHead) throws(HTTPError) {
    let isHTTP10 = head.version == .http10
    if chunked {
      if isHTTP10 { throw .transferCodingInHTTP10 }
      if contentLength != nil { throw .lengthWithTransferCoding }
    }
    if !isHTTP10, !head.present.contains(.host) { throw .missingHost }
    finishTarget(&head)
    if !beginFramedBody(&head) {
      head.framing = .none
      phase = .end
    }
    persistent = connection.close ? false : !isHTTP10 || connection.keepAlive
    head.persistent = persistent
    head.connectionNamesFields = connection.others > 0
    head.expectsContinue = expectation && phase != .end
    if isHTTP10 { head.remove(.expect) }
    if connection.upgrade, !isHTTP10 { head.upgrade = Self.namesProtocol(head) }
  }

  /// An absolute target replaces Host (RFC 9112 §3.2.2), and its empty path stands for `/`, or for `*` with OPTIONS
  /// (§3.2.4).
  private func finishTarget(_ head: inout MessageHead) {
    guard head.targetForm == .absolute else { return }
    if let index = head.index(of: .host) {
      head.setValue(at: index, head.authority)
    } else {
      head.append(.host, copying: head.authority)
    }
    if head.path.isEmpty {
      let isAsterisk = head.method == .options && !head.hasQuery
      if isAsterisk { head.targetForm = .asterisk }
      let path: StaticString = isAsterisk ? "*" : "/"
      head.setPath(path.bytes)
    }
  }

  /// Whether `Upgrade` names a protocol that can be changed to: `h2c` is not one (RFC 9113 removed it).
  private static func namesProtocol(_ head: borrowing MessageHead) -> Bool {
    var field = 0
    while let index = head.nextIndex(of: .upgrade, from: field) {
      let value = head.bytes(of: head.fields[index].value)
      var place = 0
      while let range = value.nextMember(&place) {
        if !value.extracting(range.indices).equalsLowercase("h2c") { return true }
      }
      field = index + 1
    }
    return false
  }

  /// Decides what the complete head of a response means.
  mutating func finishResponse(_ head: inout MessageHead) throws(HTTPError) -> HTTPEvent {
    if chunked {
      if head.version == .http10 { throw .transferCodingInHTTP10 }
      if contentLength != nil { throw .lengthWithTransferCoding }
    }
    head.connectionNamesFields = connection.others > 0
    if head.status < 200 { return try finishInformational(&head) }
    if expectedMethod == .connect, head.status < 300 {
      phase = .tunnel
      head.persistent = false
      return .head
    }
    persistent =
      connection.close ? false : head.version != .http10 || connection.keepAlive
    if head.status == 204 || head.status == 304 || expectedMethod == .head {
      phase = .end
      if head.status != 204 { head.declaredLength = contentLength }
      // A 204 cannot have a body: what claims one may send it too.
      if head.status == 204, chunked || (contentLength ?? 0) > 0 { persistent = false }
    } else if !beginFramedBody(&head) {
      head.framing = .untilClose
      persistent = false
      phase = .bodyUntilClose
    }
    head.persistent = persistent
    return .head
  }

  /// A body whose end is told in front or by its chunks; false where there is none.
  @inline(__always)
  private mutating func beginFramedBody(_ head: inout MessageHead) -> Bool {
    if chunked {
      head.framing = .chunked
      beginChunks()
    } else if let length = contentLength {
      head.framing = .length(length)
      beginBody(length)
    } else {
      return false
    }
    return true
  }

  /// 1xx: one more head follows, but for 101, behind which there is no HTTP.
  private mutating func finishInformational(_ head: inout MessageHead) throws(HTTPError) -> HTTPEvent {
    if head.status == 101 {
      guard expectsUpgrade, connection.upgrade, Self.namesProtocol(head) else {
        throw .unexpectedUpgrade
      }
      head.upgrade = true
      head.persistent = false
      phase = .tunnel
      return .head
    }
    // Content-Length and Transfer-Encoding are forbidden here (RFC 9110 §8.6, RFC 9112 §6.1).
    if chunked || contentLength != nil { throw .lengthWithTransferCoding }
    informational &+= 1
    if informational > limits.informational { throw .tooManyInformational }
    phase = .startLine
    return .informational
  }

  private mutating func beginBody(_ length: UInt64) {
    remaining = length
    phase = length == 0 ? .end : .fixedBody
  }

  private mutating func beginChunks() {
    extensionBytes = 0
    phase = .chunkSize
  }
}
