internal import Identity
internal import JSON

/// A criterion on a claim of a bearer token: its text, or one of its texts where it is a list.
struct ClaimMatcher: Sendable {
  private let path: ClaimPath
  private let value: [UInt8]
  private let expression: RegularExpression?

  init(_ match: ValueMatch) {
    path = ClaimPath(match.name)
    (value, expression) = match.pattern.compiled
  }

  /// - Parameter whenExceeded: the answer where an expression needs more steps than it may take.
  func matches(_ token: VerifiedToken, _ scratch: inout MatchScratch, whenExceeded: Bool) -> Bool {
    guard let claim = token.claim(path) else { return false }
    guard case .array(let items) = claim else { return holds(claim, &scratch, whenExceeded) }
    for index in items.indices where holds(items[index], &scratch, whenExceeded) { return true }
    return false
  }

  private func holds(_ node: JSONNode, _ scratch: inout MatchScratch, _ whenExceeded: Bool) -> Bool {
    switch node {
    case .string(let text), .number(let text): holds(text, &scratch, whenExceeded)
    case .boolean(let flag): holds(flag ? "true" : "false", &scratch, whenExceeded)
    case .null, .array, .object: false
    }
  }

  private func holds(_ text: String, _ scratch: inout MatchScratch, _ whenExceeded: Bool) -> Bool {
    let bytes = text.utf8.span
    return expression?.matches(bytes, scratch: &scratch, whenExceeded: whenExceeded)
      ?? bytes.isEqual(to: value.span)
  }
}
