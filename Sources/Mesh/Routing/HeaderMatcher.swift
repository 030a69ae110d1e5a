internal import HTTP
internal import Primitives

/// A criterion on a header field.
///
/// A field that is given several times counts as its values joined by commas (RFC 9110, section 5.3), as Gateway API
/// advises: a criterion cannot be met by adding a second field.
struct HeaderMatcher: Sendable {
  private let name: [UInt8]
  private let id: FieldID
  private let value: [UInt8]
  private let expression: RegularExpression?
  /// A browser may send it without having asked by a preflight.
  private let isUnannounced: Bool

  init(_ match: ValueMatch) {
    let name = match.name.utf8.map(\.lowercased)
    isUnannounced = Self.unannounced.contains(match.name.lowercased())
    id = FieldID(name: name.span)
    self.name = name
    (value, expression) = match.pattern.compiled
  }

  /// What Fetch holds safe within bounds (section 2.2.2), and credentials, which no preflight carries (section 3.3.5).
  private static let unannounced: Set<String> = [
    "accept", "accept-language", "content-language", "content-type", "range", "cookie", "authorization",
  ]

  /// Whether the request that a CORS preflight asks about may carry the field. Its value is not known; but that there
  /// is one the preflight says in `Access-Control-Request-Headers`, with few exceptions (Fetch, section 4.8).
  func isAskedFor(by preflight: borrowing MessageHead) -> Bool {
    if isUnannounced { return true }
    guard let asked = preflight.value(named: "access-control-request-headers") else { return false }
    let list = preflight.bytes(of: asked)
    var index = 0
    while let member = list.nextMember(&index) {
      if list.extracting(member.indices).equalsLowercase(name.span) { return true }
    }
    return false
  }

  /// - Parameter whenExceeded: the answer where an expression needs more steps than it may take.
  func matches(
    _ head: borrowing MessageHead, _ scratch: inout MatchScratch, whenExceeded: Bool = false
  ) -> Bool {
    guard let first = next(from: 0, head) else { return false }
    guard var field = next(from: first + 1, head) else {
      return holds(head.bytes(of: head.fields[first].value), &scratch, whenExceeded)
    }
    var text = ByteBuffer()
    swap(&text, &scratch.text)
    text.clear()
    text.append(head.bytes(of: head.fields[first].value))
    while true {
      text.append(44 as UInt8)
      text.append(head.bytes(of: head.fields[field].value))
      guard let another = next(from: field + 1, head) else { break }
      field = another
    }
    let result = holds(text.bytes, &scratch, whenExceeded)
    swap(&text, &scratch.text)
    return result
  }

  /// Whether one of the fields by itself meets the criterion.
  func matchesAny(_ head: borrowing MessageHead, _ scratch: inout MatchScratch, whenExceeded: Bool) -> Bool {
    var start = 0
    while let field = next(from: start, head) {
      if holds(head.bytes(of: head.fields[field].value), &scratch, whenExceeded) { return true }
      start = field + 1
    }
    return false
  }

  @inline(__always)
  private func holds(_ bytes: Span<UInt8>, _ scratch: inout MatchScratch, _ whenExceeded: Bool) -> Bool {
    expression?.matches(bytes, scratch: &scratch, whenExceeded: whenExceeded) ?? bytes.isEqual(to: value.span)
  }

  @inline(__always)
  private func next(from start: Int, _ head: borrowing MessageHead) -> Int? {
    if id == .other { return head.index(named: name.span, from: start) }
    return start == 0 ? head.index(of: id) : head.nextIndex(of: id, from: start)
  }
}
