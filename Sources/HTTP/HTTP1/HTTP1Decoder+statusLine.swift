internal import Primitives

extension HTTP1Decoder {
  /// `version SP status [SP reason] CRLF` (RFC 9112 §4); the space before an empty reason may be missing.
  @inline(__always)
  func parseStatusLine(_ input: Span<UInt8>, _ start: Int, _ head: inout MessageHead) -> LineResult {
    guard input.count &- start >= 14 else { return .invalid(.invalidStatusLine) }
    let word = input.word(at: start)
    if word == Word.of("HTTP/1.1") {
      head.version = .http11
    } else if word == Word.of("HTTP/1.0") {
      head.version = .http10
    } else {
      return .invalid(.invalidStatusLine)
    }
    guard input[start &+ 8] == 0x20 else { return .invalid(.invalidStatusLine) }
    let hundreds = input[start &+ 9] &- 0x30
    let tens = input[start &+ 10] &- 0x30
    let ones = input[start &+ 11] &- 0x30
    guard hundreds >= 1, hundreds <= 5, tens < 10, ones < 10 else { return .invalid(.invalidStatus) }
    head.status = Int(hundreds) &* 100 &+ Int(tens) &* 10 &+ Int(ones)

    var index = start &+ 12
    switch input[index] {
    case 0x20: index &+= 1
    case 0x0d: break
    case let byte: return .invalid(unexpected(byte, otherwise: .invalidStatus))
    }
    let reason = index
    index = FieldValue.end(input, index)
    guard index &+ 1 < input.count else { return .incomplete }
    guard input[index] == 0x0d, input[index &+ 1] == 0x0a else {
      return .invalid(unexpected(input[index], otherwise: .invalidStatusLine))
    }
    head.reason = ByteRange(reason &- start, index &- start)
    return .next(index &+ 2)
  }
}
