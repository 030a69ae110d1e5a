/// One `matches` element of one rule, listed under its hostname and path.
struct RouteCandidate: Sendable {
  var rule: Int32
  /// What must hold besides host and path, -1: nothing.
  var criteria: Int32
}
