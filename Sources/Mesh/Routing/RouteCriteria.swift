internal import HTTP

/// What a request must show besides hostname and plain path. All of it must hold.
struct RouteCriteria: Sendable {
  var path: RegularExpression?
  var method: MethodMatcher?
  var headers: [HeaderMatcher] = []
  var queryParameters: [QueryMatcher] = []
  /// Bytes of the method that a gRPC call must have; 0 where any will do, or it is in the path.
  var callLength = 0
  /// The rule has a CORS filter: a preflight is taken for the request that it asks about.
  let takesPreflights: Bool

  /// All of a match but its path.
  init(_ match: RouteMatch, takesPreflights: Bool = false) {
    self.takesPreflights = takesPreflights
    method = match.method.map(MethodMatcher.init)
    var seen: Set<String> = []
    for header in match.headers where seen.insert(header.name.lowercased()).inserted {
      headers.append(HeaderMatcher(header))
    }
    seen = []
    for parameter in match.queryParameters where seen.insert(parameter.name).inserted {
      queryParameters.append(QueryMatcher(parameter))
    }
  }

  var isEmpty: Bool { path == nil && method == nil && headers.isEmpty && queryParameters.isEmpty }

  /// Gateway API's order among equal paths: the longer method of a call; with a method before without; then by number
  /// of headers and parameters.
  func precedes(_ other: RouteCriteria) -> Bool {
    func rank(_ criteria: RouteCriteria) -> (Int, Int, Int, Int) {
      (
        criteria.callLength, criteria.method == nil ? 0 : 1, criteria.headers.count,
        criteria.queryParameters.count
      )
    }
    return rank(self) > rank(other)
  }

  /// The cheap ones first.
  func hold(_ head: borrowing MessageHead, _ scratch: inout MatchScratch) -> Bool {
    if let method, !method.matches(head), !takesPreflights || !method.isAskedFor(by: head) { return false }
    for index in headers.indices where !headers[index].matches(head, &scratch) {
      guard takesPreflights, isPreflightOfOurs(head), headers[index].isAskedFor(by: head) else {
        return false
      }
    }
    for index in queryParameters.indices where !queryParameters[index].matches(head, &scratch) {
      return false
    }
    if let path { return path.matches(head.bytes(of: head.path), scratch: &scratch) }
    return true
  }

  private func isPreflightOfOurs(_ head: borrowing MessageHead) -> Bool {
    method?.isAskedFor(by: head) ?? MethodMatcher.isPreflight(head)
  }
}
