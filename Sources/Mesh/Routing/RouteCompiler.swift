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
  private(set) var candidates: [RouteCandidate] = []
  private(set) var criteria: [RouteCriteria] = []

  /// What is listed under each record, by its position.
  private var roots: [Int: [Listed]] = [:]
  private var expressions: [Int: [Listed]] = [:]
  private var listed: [Int: [Listed]] = [:]
  private var bounds: [Int: PathBounds] = [:]

  init(_ routes: [RouteDefinition], seed: UInt64) {
    let names = routes.reduce(0) { $0 + $1.hostnames.count }
    let matches = routes.reduce(0) { sum, route in
      let perHost = route.rules.reduce(0) { $0 + max(1, $1.matches.count) }
      return sum + perHost * max(1, route.hostnames.count)
    }
    hosts = HostTable(capacity: names, seed: seed)
    paths = PathTable(capacity: matches, seed: seed)
  }

  mutating func compile(_ routes: [RouteDefinition]) {
    for route in routes {
      let places = route.hostnames.isEmpty ? [hosts.any] : route.hostnames.map { hosts.insert($0) }
      for definition in route.rules {
        rules.append(definition.rule)
        for match in definition.matches.isEmpty ? [RouteMatch()] : definition.matches {
          for host in places { list(match, takesPreflights: definition.rule.cors != nil, host: host) }
        }
      }
    }
    hosts.link()
    paths.link(bounds)
    for (host, bounds) in bounds { hosts.set(bounds, host: host) }
    for (host, list) in roots { hosts.set(candidates(of: list), host: host) }
    for (host, list) in expressions { hosts.set(expressions: write(sort(list)[...]), host: host) }
    for (path, list) in listed { paths.set(candidates(of: list), path: path) }
  }

  private mutating func list(_ match: RouteMatch, takesPreflights: Bool, host: Int) {
    let criteria = RouteCriteria(match, takesPreflights: takesPreflights)
    list(Listed(rule: Int32(rules.count - 1), criteria: criteria), at: match.path, host: host)
  }

  private mutating func list(_ listed: Listed, at path: PathMatch?, host: Int) {
    var item = listed
    switch path {
    case .grpc(let call):
      item.criteria.path = call.expression
      item.criteria.callLength = call.methodLength
      list(item, at: call.path, host: host)
    case .regularExpression(let expression):
      item.criteria.path = expression
      expressions[host, default: []].append(item)
    case .exact(let path):
      let bytes = Array(path.utf8)
      bounds[host, default: PathBounds()].add(exactOfLength: bytes.count)
      self.listed[paths.insert(exact: bytes, host: host), default: []].append(item)
    case .prefix(let path):
      var bytes = Array(path.utf8)
      while bytes.last == 47 { bytes.removeLast() }
      guard !bytes.isEmpty else { return roots[host, default: []].append(item) }
      bounds[host, default: PathBounds()].add(prefixOfLength: bytes.count)
      self.listed[paths.insert(prefix: bytes, host: host), default: []].append(item)
    case nil:
      roots[host, default: []].append(item)
    }
  }

  private mutating func candidates(of list: [Listed]) -> RouteCandidates {
    let sorted = sort(list)
    let rest = write(sorted.dropFirst())
    return RouteCandidates(first: candidate(sorted[0]), others: rest)
  }

  /// By precedence; the order of the file decides between equals. What follows one without criteria is never reached.
  private func sort(_ list: [Listed]) -> [Listed] {
    let sorted = list.enumerated().sorted { a, b in
      if a.element.criteria.precedes(b.element.criteria) { return true }
      if b.element.criteria.precedes(a.element.criteria) { return false }
      return a.offset < b.offset
    }.map(\.element)
    let end = sorted.firstIndex { $0.criteria.isEmpty } ?? sorted.count - 1
    return Array(sorted[...end])
  }

  private mutating func write(_ list: ArraySlice<Listed>) -> Range<Int> {
    let start = candidates.count
    for item in list { candidates.append(candidate(item)) }
    return start..<candidates.count
  }

  private mutating func candidate(_ item: Listed) -> RouteCandidate {
    if item.criteria.isEmpty { return RouteCandidate(rule: item.rule, criteria: -1) }
    criteria.append(item.criteria)
    return RouteCandidate(rule: item.rule, criteria: Int32(criteria.count - 1))
  }
}
