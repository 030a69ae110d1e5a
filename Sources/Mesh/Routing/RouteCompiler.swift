internal import HTTP

/// Sorts every match of every rule under its hostname and path, by precedence.
struct RouteCompiler {
  private struct Listed {
    var rule: Int32
    var criteria: RouteCriteria
  }

  private(set) var rules: [RouteRule] = []
  private(set) var hosts: HostTable
  private(set) var paths: PathTable
  private(set) var entries: [Range<Int32>] = []
  private(set) var candidates: [RouteCandidate] = []
  private(set) var criteria: [RouteCriteria] = []

  private var listed: [[Listed]] = []
  private var expressions: [[Listed]] = []

  init(_ routes: [RouteDefinition], seed: UInt64) {
    let names = routes.reduce(1) { $0 + $1.hostnames.count }
    let matches = routes.reduce(0) { sum, route in
      let perHost = route.rules.reduce(0) { $0 + max(1, $1.matches.count) }
      return sum + perHost * max(1, route.hostnames.count)
    }
    hosts = HostTable(capacity: names, seed: seed)
    paths = PathTable(hosts: names, capacity: matches, seed: seed)
    expressions = Array(repeating: [], count: names)
  }

  mutating func compile(_ routes: [RouteDefinition]) {
    for route in routes {
      let entries =
        route.hostnames.isEmpty ? [HostTable.any] : route.hostnames.map { hosts.insert($0) }
      for definition in route.rules {
        rules.append(definition.rule)
        let matches = definition.matches.isEmpty ? [RouteMatch()] : definition.matches
        for match in matches {
          for host in entries { list(match, host: host) }
        }
      }
    }
    hosts.link()
    paths.link()
    for list in listed { entries.append(place(list)) }
    for host in expressions.indices where !expressions[host].isEmpty {
      paths.setExpressions(place(expressions[host]), host: host)
    }
    listed = []
    expressions = []
  }

  private mutating func list(_ match: RouteMatch, host: Int) {
    var needed = RouteCriteria()
    needed.method = match.method.map(MethodMatcher.init)
    var seen: Set<String> = []
    for header in match.headers where seen.insert(header.name.lowercased()).inserted {
      needed.headers.append(HeaderMatcher(header))
    }
    seen = []
    for parameter in match.queryParameters where seen.insert(parameter.name).inserted {
      needed.queryParameters.append(QueryMatcher(parameter))
    }
    let entry: Int
    switch match.path {
    case .regularExpression(let expression):
      needed.path = expression
      expressions[host].append(Listed(rule: Int32(rules.count - 1), criteria: needed))
      return
    case .exact(let path): entry = paths.insert(exact: path, host: host)
    case .prefix(let path): entry = paths.insert(prefix: path, host: host)
    case nil: entry = paths.insert(prefix: "/", host: host)
    }
    if entry == listed.count { listed.append([]) }
    listed[entry].append(Listed(rule: Int32(rules.count - 1), criteria: needed))
  }

  /// Writes a list out by precedence; the order of the file decides between equals.
  private mutating func place(_ list: [Listed]) -> Range<Int32> {
    let start = candidates.count
    let sorted = list.enumerated().sorted { a, b in
      if a.element.criteria.precedes(b.element.criteria) { return true }
      if b.element.criteria.precedes(a.element.criteria) { return false }
      return a.offset < b.offset
    }
    for (_, item) in sorted {
      candidates.append(
        RouteCandidate(rule: item.rule, criteria: item.criteria.isEmpty ? -1 : Int32(criteria.count)))
      if item.criteria.isEmpty { break }  // Takes everything; what follows is never reached.
      criteria.append(item.criteria)
    }
    return Int32(start)..<Int32(candidates.count)
  }
}
