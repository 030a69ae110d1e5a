public import HTTP
public import Primitives

/// Routes compiled into hash tables: a lookup costs the same for ten routes and for a hundred thousand, allocates
/// nothing and takes no lock. Immutable, shared by all workers.
///
/// Precedence is Gateway API's: the most specific hostname, then the exact path, then regular expressions (whose
/// place Gateway API leaves open; here all of a host's in file order), then the longest prefix; among equals a
/// method, the most headers, the most query parameters, and last the order of the file. A request that none of a
/// hostname's rules takes falls back to the next less specific hostname.
public final class RouteTable: Sendable, TurnLived {
  /// In file order; a listener's table may hold a part of a snapshot's.
  public let rules: [RouteRule]
  /// What the table was compiled from, for people to look at.
  public let definitions: [RouteDefinition]

  /// The rules, without references that are counted.
  private let lent: [Lent<RouteRule>]
  private let hosts: HostTable
  private let paths: PathTable
  private let candidates: [RouteCandidate]
  private let criteria: [RouteCriteria]

  /// - Parameter seed: for the hash tables; random where the process serves, fixed in tests.
  public init(_ routes: [RouteDefinition] = [], seed: UInt64 = .random(in: 0 ... .max)) {
    var compiler = RouteCompiler(routes, seed: seed)
    compiler.compile(routes)
    definitions = routes
    rules = compiler.rules
    lent = rules.map { Lent($0) }
    hosts = compiler.hosts
    paths = compiler.paths
    candidates = compiler.candidates
    criteria = compiler.criteria
  }

  /// The rule for a request whose path has been normalized; none where no rule takes it (404).
  ///
  /// Host: the authority without port, without case, without a trailing dot.
  public func match(_ head: borrowing MessageHead, scratch: inout MatchScratch) -> Lent<RouteRule> {
    var host = hosts.find(head.bytes(of: head.authority))
    while host >= 0 {
      let rule = match(head, host: host, scratch: &scratch)
      if rule >= 0 { return lent[rule] }
      host = hosts.parent(of: host)
    }
    return Lent()
  }

  @inline(__always)
  private func match(_ head: borrowing MessageHead, host: Int, scratch: inout MatchScratch) -> Int {
    let found = paths.find(head.bytes(of: head.path), hosts.bounds(of: host), host: host)
    if found.exact >= 0 {
      let rule = first(of: RouteCandidates(paths.table, found.exact), head, &scratch)
      if rule >= 0 { return rule }
    }
    let expressions = hosts.expressions(of: host)
    if !expressions.isEmpty {
      let rule = first(of: expressions, head, &scratch)
      if rule >= 0 { return rule }
    }
    var prefix = found.prefix
    while prefix >= 0 {
      let rule = first(of: RouteCandidates(paths.table, prefix), head, &scratch)
      if rule >= 0 { return rule }
      prefix = paths.parent(of: prefix)
    }
    return first(of: RouteCandidates(hosts.table, host), head, &scratch)
  }

  @inline(__always)
  private func first(of list: RouteCandidates, _ head: borrowing MessageHead, _ scratch: inout MatchScratch)
    -> Int
  {
    if list.first.criteria < 0 || holds(list.first, head, &scratch) { return Int(list.first.rule) }
    return first(of: list.others, head, &scratch)
  }

  private func first(of range: Range<Int>, _ head: borrowing MessageHead, _ scratch: inout MatchScratch)
    -> Int
  {
    for index in range {
      let candidate = candidates[index]
      if candidate.criteria < 0 || holds(candidate, head, &scratch) { return Int(candidate.rule) }
    }
    return -1
  }

  private func holds(
    _ candidate: RouteCandidate, _ head: borrowing MessageHead, _ scratch: inout MatchScratch
  ) -> Bool {
    criteria[Int(candidate.criteria)].hold(head, &scratch)
  }
}
