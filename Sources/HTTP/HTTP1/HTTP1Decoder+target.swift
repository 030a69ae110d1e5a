internal import Primitives

extension HTTP1Decoder {
  /// Splits a target into its parts (RFC 9112 §3.2); nil where it is one of the forms allowed.
  @inline(__always)
  func splitTarget(
    _ input: Span<UInt8>, _ start: Int, _ end: Int, _ question: Int, _ line: Int, _ head: inout MessageHead
  ) -> HTTPError? {
    if head.method == .connect { return .connectRefused }
    guard input[start] == UInt8(ascii: "/") else {
      return splitOtherForm(input, start, end, question, line, &head)
    }
    head.targetForm = .origin
    setPath(start, end, question, line, &head)
    return nil
  }

  @inline(__always)
  private func setPath(_ start: Int, _ end: Int, _ question: Int, _ line: Int, _ head: inout MessageHead) {
    head.path = ByteRange(start &- line, (question < 0 ? end : question) &- line)
    if question >= 0 { head.query = ByteRange(question &+ 1 &- line, end &- line) }
  }

  /// `*`, or `http://authority/path?query`.
  private func splitOtherForm(
    _ input: Span<UInt8>, _ start: Int, _ end: Int, _ question: Int, _ line: Int, _ head: inout MessageHead
  ) -> HTTPError? {
    if input[start] == UInt8(ascii: "*") {
      if end != start + 1 { return .invalidTarget }
      if let error = RequestTarget.asteriskError(head.method) { return error }
      head.targetForm = .asterisk
      head.path = ByteRange(start - line, end - line)
      return nil
    }
    var colon = start
    while colon < end, input[colon] != UInt8(ascii: ":") { colon += 1 }
    guard colon > start, end - colon > 3, input[colon + 1] == UInt8(ascii: "/"),
      input[colon + 2] == UInt8(ascii: "/")
    else { return .invalidTarget }
    guard RequestTarget.isSupported(scheme: input.extracting(start..<colon)) else {
      return .unsupportedScheme
    }
    let authority = colon + 3
    var path = authority
    while path < end, input[path] != UInt8(ascii: "/"), input[path] != UInt8(ascii: "?") { path += 1 }
    guard Authority.isValid(input, ByteRange(authority, path)) else { return .invalidHost }
    head.targetForm = .absolute
    head.scheme = ByteRange(start - line, colon - line)
    head.authority = ByteRange(authority - line, path - line)
    // An empty path becomes `/` when the head is complete.
    setPath(path, end, question, line, &head)
    return nil
  }
}
