internal import Primitives

extension HTTP2HeadReader {
  /// Takes a pseudo-header field: once, before all others, none that is not defined, none in trailers.
  mutating func addPseudo(
    _ name: Span<UInt8>, _ value: Span<UInt8>, _ isNeverIndexed: Bool, _ limits: borrowing HTTPLimits,
    _ allowsProtocol: Bool, _ head: inout MessageHead
  ) {
    if count > 0 || kind == .trailers { return fail(.invalidPseudoField) }
    let field = Self.pseudoField(name)
    let isKnown =
      kind == .response
      ? field == .status : !field.isEmpty && field != .status && (field != .protocol || allowsProtocol)
    guard isKnown else { return fail(.invalidPseudoField) }
    if pseudo.contains(field) { return fail(.duplicatePseudoField) }
    pseudo.insert(field)
    let range = head.place(value)
    if isNeverIndexed, field == .path { head.isTargetNeverIndexed = true }
    switch field {
    case .method: setMethod(value, range, &head)
    case .path: setPath(value, range, limits, &head)
    case .scheme: setScheme(value, range, &head)
    case .authority: setAuthority(value, range, &head)
    case .status: setStatus(value, &head)
    default: setProtocol(value, range, &head)
    }
  }

  private static func pseudoField(_ name: Span<UInt8>) -> HTTP2PseudoFields {
    switch name.count {
    case 5 where name.equals(":path"): .path
    case 7 where name[1] == UInt8(ascii: "m") && name.equals(":method"): .method
    case 7 where name[2] == UInt8(ascii: "c") && name.equals(":scheme"): .scheme
    case 7 where name[2] == UInt8(ascii: "t") && name.equals(":status"): .status
    case 9 where name.equals(":protocol"): .protocol
    case 10 where name.equals(":authority"): .authority
    default: []
    }
  }

  private mutating func setMethod(_ value: Span<UInt8>, _ range: ByteRange, _ head: inout MessageHead) {
    guard let method = Method.of(value) else { return fail(.invalidMethod) }
    head.method = method
    head.methodName = range
  }

  /// As strictly as HTTP/1's target. Whether `*` suits the method is seen at the end.
  private mutating func setPath(
    _ value: Span<UInt8>, _ range: ByteRange, _ limits: borrowing HTTPLimits, _ head: inout MessageHead
  ) {
    if value.count > limits.startLine { return fail(.targetTooLong) }
    var question = -1
    let end = RequestTarget.end(value, 0, relaxed: limits.allowsUnsafeTargetBytes, &question)
    guard end == value.count, end > 0 else { return fail(.invalidTarget) }
    head.target = range
    if value[0] == UInt8(ascii: "/") {
      head.targetForm = .origin
      head.path = ByteRange(range.start, question < 0 ? range.end : range.start &+ question)
      if question >= 0 { head.query = ByteRange(range.start &+ question &+ 1, range.end) }
    } else if value.count == 1, value[0] == UInt8(ascii: "*") {
      head.targetForm = .asterisk
      head.path = range
    } else {
      fail(.invalidTarget)
    }
  }

  private mutating func setScheme(_ value: Span<UInt8>, _ range: ByteRange, _ head: inout MessageHead) {
    guard RequestTarget.isSupported(scheme: value) else { return fail(.unsupportedScheme) }
    head.scheme = range
  }

  private mutating func setAuthority(_ value: Span<UInt8>, _ range: ByteRange, _ head: inout MessageHead) {
    guard Authority.isValid(value, ByteRange(0, value.count)) else { return fail(.invalidHost) }
    head.authority = range
  }

  /// Three digits from 100 on, as in HTTP/1; there is no 101 (RFC 9113, section 8.6).
  private mutating func setStatus(_ value: Span<UInt8>, _ head: inout MessageHead) {
    guard value.count == 3 else { return fail(.invalidStatus) }
    let hundreds = value[0] &- 0x30
    let tens = value[1] &- 0x30
    let ones = value[2] &- 0x30
    guard hundreds >= 1, hundreds <= 5, tens < 10, ones < 10 else { return fail(.invalidStatus) }
    head.status = Int(hundreds) &* 100 &+ Int(tens) &* 10 &+ Int(ones)
    if head.status == 101 { fail(.unexpectedUpgrade) }
  }

  private mutating func setProtocol(_ value: Span<UInt8>, _ range: ByteRange, _ head: inout MessageHead) {
    guard value.isToken else { return fail(.invalidPseudoField) }
    head.connectProtocol = range
  }
}
