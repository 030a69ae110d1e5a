internal import HTTP

/// A criterion on the path, with the same meaning as in a route's `matches`.
struct AuthorizationPath: Sendable {
  private enum Kind { case exact, prefix, any }

  private let kind: Kind
  /// A prefix without a slash at its end.
  private let bytes: [UInt8]
  /// What must hold besides.
  private let expression: RegularExpression?

  init(_ match: PathMatch) {
    switch match {
    case .exact(let value): (kind, bytes, expression) = (.exact, Array(value.utf8), nil)
    case .prefix(let value):
      let path = Array(value.utf8)
      bytes = path.last == 47 ? Array(path.dropLast()) : path
      kind = bytes.isEmpty ? .any : .prefix
      expression = nil
    case .regularExpression(let value): (kind, bytes, expression) = (.any, [], value)
    case .grpc(let call):
      let listed = AuthorizationPath(call.path)
      (kind, bytes, expression) = (listed.kind, listed.bytes, call.expression ?? listed.expression)
    }
  }

  /// - Parameter whenExceeded: the answer where an expression needs more steps than it may take.
  func matches(
    _ head: borrowing MessageHead, _ scratch: inout MatchScratch, whenExceeded: Bool
  ) -> Bool {
    let path = head.bytes(of: head.path)
    switch kind {
    case .exact:
      guard path.isEqual(to: bytes.span) else { return false }
    case .prefix:
      guard path.count >= bytes.count, path.extracting(0..<bytes.count).isEqual(to: bytes.span),
        path.count == bytes.count || path[bytes.count] == 47
      else { return false }
    case .any: break
    }
    return expression?.matches(path, scratch: &scratch, whenExceeded: whenExceeded) ?? true
  }
}
