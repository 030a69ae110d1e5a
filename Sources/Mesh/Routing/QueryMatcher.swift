internal import HTTP
internal import Primitives

/// A criterion on a query parameter: `a=1&b=2`, split at `&` and then at the first `=`.
///
/// Names and values are decoded before they are compared, `%20` and `+` are spaces; a `%` without two hexadecimal
/// digits is itself. Of a repeated parameter the first counts (Gateway API). Without `=` the value is empty.
struct QueryMatcher: Sendable {
  private let name: [UInt8]
  private let value: [UInt8]
  private let expression: RegularExpression?

  init(_ match: ValueMatch) {
    name = Array(match.name.utf8)
    (value, expression) = match.pattern.compiled
  }

  func matches(_ head: borrowing MessageHead, _ scratch: inout MatchScratch) -> Bool {
    let query = head.bytes(of: head.query)
    var start = 0
    while start < query.count {
      var end = start
      var equals = -1
      while end < query.count, query[end] != 38 {
        if query[end] == 61, equals < 0 { equals = end }
        end &+= 1
      }
      if Self.decodes(query, start..<(equals < 0 ? end : equals), to: name.span) {
        return holds(query, (equals < 0 ? end : equals + 1)..<end, &scratch)
      }
      start = end &+ 1
    }
    return false
  }

  private func holds(_ query: Span<UInt8>, _ range: Range<Int>, _ scratch: inout MatchScratch) -> Bool {
    guard let expression else { return Self.decodes(query, range, to: value.span) }
    var text = ByteBuffer()
    swap(&text, &scratch.text)
    text.clear()
    var position = range.lowerBound
    while position < range.upperBound { text.append(Self.next(query, &position, range.upperBound)) }
    let result = expression.matches(text.bytes, scratch: &scratch)
    swap(&text, &scratch.text)
    return result
  }

  private static func decodes(_ query: Span<UInt8>, _ range: Range<Int>, to wanted: Span<UInt8>) -> Bool {
    var position = range.lowerBound
    var index = 0
    while position < range.upperBound {
      guard index < wanted.count, next(query, &position, range.upperBound) == wanted[index] else {
        return false
      }
      index &+= 1
    }
    return index == wanted.count
  }

  /// One decoded byte.
  private static func next(_ query: Span<UInt8>, _ position: inout Int, _ end: Int) -> UInt8 {
    let byte = query[position]
    position &+= 1
    if byte == 43 { return 32 }
    if byte == 37, position &+ 1 < end, let high = digit(query[position]),
      let low = digit(query[position &+ 1])
    {
      position &+= 2
      return high << 4 | low
    }
    return byte
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}
