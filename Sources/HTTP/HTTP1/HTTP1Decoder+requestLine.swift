internal import Primitives

extension HTTP1Decoder {
  /// `method SP target SP version CRLF`, single spaces (RFC 9112 §3). Ranges count from the line's beginning.
  @inline(__always)
  func parseRequestLine(_ input: Span<UInt8>, _ start: Int, _ head: inout MessageHead) -> LineResult {
    guard input.count &- start >= 8 else { return .invalid(shortLineError(input, start)) }
    let methodEnd = parseMethod(input, start, &head)
    guard methodEnd < input.count else { return .incomplete }
    if input[methodEnd] != 0x20 { return .invalid(unexpected(input[methodEnd], otherwise: .invalidMethod)) }

    let target = methodEnd &+ 1
    var question = -1
    let targetEnd = RequestTarget.end(
      input, target, relaxed: limits.allowsUnsafeTargetBytes, &question)
    guard targetEnd < input.count else { return .incomplete }
    if input[targetEnd] != 0x20 { return .invalid(targetError(input, targetEnd)) }
    if targetEnd == target { return .invalid(.invalidTarget) }

    let version = targetEnd &+ 1
    if let error = parseVersion(input, version, &head) {
      let isPreface =
        head.methodName.count == 3 && input[target] == UInt8(ascii: "*") && targetEnd == target &+ 1
        && Word.load(input, start, upTo: 3) == Word.of("PRI")
      return .invalid(error == .unsupportedVersion && isPreface ? .http2Preface : error)
    }
    head.target = ByteRange(target &- start, targetEnd &- start)
    if let error = splitTarget(input, target, targetEnd, question, start, &head) { return .invalid(error) }
    return .next(version &+ 10)
  }

  /// What is wrong with a line that is too short for a version, if it is one.
  private func shortLineError(_ input: Span<UInt8>, _ start: Int) -> HTTPError {
    let end = input.count
    return end &- start >= 2 && input[end &- 2] == 0x0d ? .http09 : .bareLineEnd
  }

  /// The place behind the method. At least eight bytes are there.
  @inline(__always)
  private func parseMethod(_ input: Span<UInt8>, _ start: Int, _ head: inout MessageHead) -> Int {
    let method = Method.find(input.word(at: start))
    head.method = method
    var count = method.name.utf8CodeUnitCount
    if method == .other {
      while start &+ count < input.count, ByteClass.token.contains(input[start &+ count]) { count &+= 1 }
    }
    head.methodName = ByteRange(0, count)
    return start &+ count
  }

  private func targetError(_ input: Span<UInt8>, _ index: Int) -> HTTPError {
    let endsLine = input[index] == 0x0d && index &+ 1 < input.count && input[index &+ 1] == 0x0a
    return endsLine ? .http09 : unexpected(input[index], otherwise: .invalidTarget)
  }

  /// `HTTP/1.1 CRLF` or `HTTP/1.0 CRLF`; nil where it is one.
  @inline(__always)
  private func parseVersion(_ input: Span<UInt8>, _ index: Int, _ head: inout MessageHead) -> HTTPError? {
    guard input.count &- index > 8 else { return .invalidVersion }
    let word = input.word(at: index)
    if word == Word.of("HTTP/1.1") {
      head.version = .http11
    } else if word == Word.of("HTTP/1.0") {
      head.version = .http10
    } else {
      return versionError(input, index)
    }
    if input[index &+ 8] == 0x0d, input.count &- index > 9, input[index &+ 9] == 0x0a { return nil }
    return unexpected(input[index &+ 8], otherwise: .invalidVersion)
  }

  /// `HTTP/` and two digits of another version, or something else.
  private func versionError(_ input: Span<UInt8>, _ index: Int) -> HTTPError {
    let isVersion =
      Word.load(input, index, upTo: 5) == Word.of("HTTP/") && input[index &+ 5].isDigit
      && input[index &+ 6] == UInt8(ascii: ".") && input[index &+ 7].isDigit && input[index &+ 8] == 0x0d
    return isVersion ? .unsupportedVersion : .invalidVersion
  }
}
