public import HTTP

/// Routes compiled into hash tables: a lookup costs the same for ten routes and for a hundred thousand, allocates
/// nothing and takes no lock. Immutable, shared by all workers.
///
/// Precedence is Gateway API's: the most specific hostname, then the exact path, then regular expressions (whose
/// place Gateway API leaves open; here all of a host's in file order), then the longest prefix; among equals a
/// method, the most headers, the most query parameters, and last the order of the file. A request that none of a
/// hostname's rules takes falls back to the next less specific hostname.
public final class RouteTable: Sendable {
  /// In file order. Their `index` is dense over the snapshot, of which a listener's table may hold a part.
  public let rules: [RouteRule]
  /// What the table was compiled from, for people to look at.
  public let definitions: [RouteDefinition]

  private let hosts: HostTable
  private let paths: PathTable
  /// Per entry of `paths`: its candidates, best first.
  private let entries: [Range<Int32>]
  private let candidates: [RouteCandidate]
  private let criteria: [RouteCriteria]

  /// - Parameter seed: for the hash tables; random where the process serves, fixed in tests.
  public init(_ routes: [RouteDefinition] = [], seed: UInt64 = .random(in: 0 ... .max)) {
    var compiler = RouteCompiler(routes, seed: seed)
    compiler.compile(routes)
    definitions = routes
    rules = compiler.rules
    hosts = compiler.hosts
    paths = compiler.paths
    entries = compiler.entries
    candidates = compiler.candidates
    criteria = compiler.criteria
  }

  /// The rule for a request whose path has been normalized; nil where none takes it (404).
  ///
  /// Host: the authority without port, without case, without a trailing dot.
  public func match(_ head: borrowing MessageHead, scratch: inout MatchScratch) -> RouteRule? {
    var host = hosts.find(head.bytes(of: head.authority))
    while host >= 0 {
      let rule = match(head, host: host, scratch: &scratch)
      if rule >= 0 { return rules[rule] }
      host = Int(hosts.parents[host])
    }
    return nil
  }

  @inline(__always)
  private func match(_ head: borrowing MessageHead, host index: Int, scratch: inout MatchScratch) -> Int {
    let host = paths.hosts[index]
    let path = head.bytes(of: head.path)
    let found = paths.find(path, host, index)
    if found.exact >= 0 {
      let rule = first(of: entries[found.exact], head, &scratch)
      if rule >= 0 { return rule }
    }
    if !host.expressions.isEmpty {
      let rule = first(of: host.expressions, head, &scratch)
      if rule >= 0 { return rule }
    }
    var prefix = found.prefix
    while prefix >= 0 {
      let rule = first(of: entries[prefix], head, &scratch)
      if rule >= 0 { return rule }
      prefix = Int(paths.parents[prefix])
    }
    return -1
  }

  @inline(__always)
  private func first(of range: Range<Int32>, _ head: borrowing MessageHead, _ scratch: inout MatchScratch) -> Int {
    for index in Int(range.lowerBound)..<Int(range.upperBound) {
      let candidate = candidates[index]
      if candidate.criteria < 0 || criteria[Int(candidate.criteria)].hold(head, &scratch) {
        return Int(candidate.rule)
      }
    }
    return -1
  }
}
