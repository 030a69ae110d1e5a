internal import Primitives

/// Reads one header section as HPACK gives it, a field at a time, into a flat head, and refuses what RFC 9113,
/// section 8, and HTTP/1's own rules forbid: so nothing that HTTP/1 would read otherwise gets through.
///
/// Fields lie in the arena as HTTP/1 spells them, so that they can go on in one piece.
struct HTTP2HeadReader {
  enum Kind: UInt8 {
    case request, response, trailers
  }

  var kind = Kind.request
  /// A block is being read; otherwise what comes is not for anybody.
  var isReading = false
  /// The first rule that was broken. What follows is counted, but not kept.
  var failure: HTTPError?
  /// Octets of names and values, and 32 for each field (RFC 9113, section 10.5.1), whether kept or not.
  var size = 0
  /// All fields, whether kept or not.
  var fields = 0
  /// Regular fields, until a rule was broken.
  var count = 0
  /// The pseudo-header fields that came.
  var pseudo = HTTP2PseudoFields()
  var contentLength: UInt64?
  var cookies = 0
  var expectation = false

  mutating func begin(_ kind: Kind) {
    self.kind = kind
    isReading = true
    failure = nil
    size = 0
    fields = 0
    count = 0
    pseudo = HTTP2PseudoFields()
    contentLength = nil
    cookies = 0
    expectation = false
  }

  mutating func fail(_ error: HTTPError) {
    if failure == nil { failure = error }
  }

  /// Takes one field.
  mutating func add(
    _ name: Span<UInt8>, _ value: Span<UInt8>, isNeverIndexed: Bool, limits: borrowing HTTPLimits,
    allowsProtocol: Bool, into head: inout MessageHead
  ) {
    size &+= name.count &+ value.count &+ 32
    fields &+= 1
    if failure != nil { return }
    let isTrailers = kind == .trailers
    if size > (isTrailers ? limits.trailerBytes : limits.headerBytes) {
      return fail(isTrailers ? .trailersTooLarge : .headersTooLarge)
    }
    if name.isEmpty { return fail(.emptyName) }
    if name[0] == UInt8(ascii: ":") {
      return addPseudo(name, value, isNeverIndexed, limits, allowsProtocol, &head)
    }
    count &+= 1
    if count > (isTrailers ? limits.trailerCount : limits.headerCount) {
      return fail(isTrailers ? .tooManyTrailers : .tooManyHeaders)
    }
    addRegular(name, value, isNeverIndexed, limits, &head)
  }

  /// Puts the field into the arena as a line, and reads it there: so its bytes can be looked at in words.
  private mutating func addRegular(
    _ name: Span<UInt8>, _ value: Span<UInt8>, _ isNeverIndexed: Bool, _ limits: borrowing HTTPLimits,
    _ head: inout MessageHead
  ) {
    let start = head.arena.count
    head.arena.appendLine(name, value)
    let end = head.arena.count &- 2
    let valueStart = end &- value.count
    do throws(HTTPError) {
      var isUnusual = false
      let id = try FieldName.readLowercase(head.arena.bytes, start, name.count, &isUnusual)
      guard FieldValue.isWhole(head.arena.bytes, valueStart, end) else { throw .invalidValue }
      if try !keeps(id, name, value, isUnusual: isUnusual, limits, head.present) {
        return head.arena.truncate(to: start)
      }
      var field = Field(
        name: ByteRange(start, valueStart &- 2), value: ByteRange(valueStart, end), id: id, isVerbatim: true)
      field.isNeverIndexed = isNeverIndexed
      head.add(field)
    } catch {
      head.arena.truncate(to: start)
      fail(error)
    }
  }

  @inline(__always)
  private mutating func keeps(
    _ id: FieldID, _ name: Span<UInt8>, _ value: Span<UInt8>, isUnusual: Bool, _ limits: borrowing HTTPLimits,
    _ present: FieldIDSet
  ) throws(HTTPError) -> Bool {
    if id == .other {
      if !isUnusual { return true }
      return try !limits.underscores.drops(name, ByteRange(0, name.count))
    }
    if kind == .trailers {
      if id.isConnectionSpecific { throw .connectionField }
      return !id.isForbiddenInTrailers
    }
    if id.isReadByDecoder || id.isReadInHTTP2 { try note(id, value, present) }
    return true
  }

  /// Notes what a field says about the message.
  private mutating func note(
    _ id: FieldID, _ value: Span<UInt8>, _ present: FieldIDSet
  ) throws(HTTPError) {
    if id.isConnectionSpecific { throw .connectionField }
    switch id {
    case .te:
      if !value.equalsLowercase("trailers") { throw .connectionField }
    case .contentLength:
      if contentLength != nil { throw .duplicateContentLength }
      contentLength = try ContentLength.parse(value)
    case .host where kind == .request:
      if present.contains(.host) { throw .duplicateHost }
      guard Authority.isValid(value, ByteRange(0, value.count)) else { throw .invalidHost }
    case .cookie where kind == .request:
      cookies += 1
    case .expect where kind == .request:
      guard value.equalsLowercase("100-continue") else { throw .unsupportedExpectation }
      expectation = true
    default: break
    }
  }
}
