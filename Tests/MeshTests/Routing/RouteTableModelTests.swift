import Mesh
import Primitives
import Testing

/// The compiled table against a scan over all rules that follows Gateway API's text, on random small worlds.
@Suite struct RouteTableModelTests {
  private struct Entry {
    var route: Int
    var rule: Int
    var hostname: String?
    var match: RouteMatch
  }

  private static let labels = ["a", "b", "c"]
  private static let elements = ["x", "y", "xy"]

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func theTableAgreesWithAScan(seed: UInt64) throws {
    var random = Random(seed: seed)
    let routes = (0..<(1 + random.next(below: 8))).map { Self.route($0, &random) }
    let table = RouteSample.table(routes, seed: random.next())
    let entries = Self.entries(routes)
    var scratch = MatchScratch()
    var taken = 0
    for _ in 0..<300 {
      let request = Self.request(&random)
      let best = entries.filter { Self.takes($0, request) }.max { Self.isWorse($0, $1) }
      let expected = best.map { "\(routes[$0.route].name)/\($0.rule)" }
      #expect(try request.rule(in: table, &scratch) == expected, "\(request) in \(routes)")
      if expected != nil { taken += 1 }
    }
    #expect(taken > 0 || routes.allSatisfy { !$0.hostnames.isEmpty })
  }

  private static func route(_ index: Int, _ random: inout Random) -> RouteSample {
    var hostnames: [String] = []
    for _ in 0..<random.next(below: 3) {
      let name = (random.next(below: 2) == 0 ? "*." : "") + host(&random)
      if !hostnames.contains(name) { hostnames.append(name) }
    }
    let matches = (0..<(1 + random.next(below: 4))).map { _ in
      (0..<random.next(below: 4)).map { _ in match(&random) }
    }
    return RouteSample(name: "r\(index)", hostnames: hostnames, matches: matches)
  }

  private static func match(_ random: inout Random) -> RouteMatch {
    var match = RouteMatch()
    switch random.next(below: 3) {
    case 0: match.path = .exact(path(&random))
    case 1: match.path = .prefix(path(&random))
    default: break
    }
    if random.next(below: 4) == 0 { match.method = ["GET", "PUT"][random.next(below: 2)] }
    for name in ["h", "i"] where random.next(below: 4) == 0 {
      match.headers.append(ValueMatch(name: name, .exact("\(random.next(below: 2))")))
    }
    if random.next(below: 5) == 0 { match.queryParameters.append(ValueMatch(name: "q", .exact("1"))) }
    return match
  }

  private static func request(_ random: inout Random) -> RequestSample {
    RequestSample(
      method: ["GET", "PUT"][random.next(below: 2)], host: host(&random),
      target: path(&random) + ["", "?q=1", "?q=2"][random.next(below: 3)],
      headers: ["h", "i"].filter { _ in random.next(below: 2) == 0 }.map { ($0, "\(random.next(below: 2))") })
  }

  private static func host(_ random: inout Random) -> String {
    (0...random.next(below: 3)).map { _ in labels[random.next(below: 3)] }.joined(separator: ".")
  }

  private static func path(_ random: inout Random) -> String {
    let count = random.next(below: 4)
    let path = "/" + (0..<count).map { _ in elements[random.next(below: 3)] }.joined(separator: "/")
    return random.next(below: 4) == 0 && count > 0 ? path + "/" : path
  }

  private static func entries(_ routes: [RouteSample]) -> [Entry] {
    routes.enumerated().flatMap { place, route in
      route.matches.enumerated().flatMap { rule, matches in
        (matches.isEmpty ? [RouteMatch()] : matches).flatMap { match in
          (route.hostnames.isEmpty ? [nil] : route.hostnames.map { $0 }).map {
            Entry(route: place, rule: rule, hostname: $0, match: match)
          }
        }
      }
    }
  }

  private static func takes(_ entry: Entry, _ request: RequestSample) -> Bool {
    if let name = entry.hostname {
      guard name.hasPrefix("*.") ? request.host.hasSuffix(name.dropFirst()) : request.host == name else {
        return false
      }
    }
    let parts = request.target.split(separator: "?")
    switch entry.match.path {
    case .exact(let path): if parts[0] != path { return false }
    case .prefix(let prefix):
      let wanted = prefix.split(separator: "/")
      if !parts[0].split(separator: "/").starts(with: wanted) { return false }
    default: break
    }
    func value(_ match: ValueMatch) -> String {
      if case .exact(let text) = match.pattern { text } else { "?" }
    }
    return (entry.match.method ?? request.method) == request.method
      && entry.match.headers.allSatisfy { match in
        request.headers.contains { $0.0 == match.name && $0.1 == value(match) }
      } && entry.match.queryParameters.allSatisfy { parts.count > 1 && parts[1] == "q=\(value($0))" }
  }

  /// Ascending precedence; earlier entries of the file win between equals.
  private static func isWorse(_ a: Entry, _ b: Entry) -> Bool {
    func rank(_ entry: Entry) -> [Int] {
      let host =
        entry.hostname.map { $0.hasPrefix("*") ? [1, $0.utf8.count] : [2, $0.utf8.count] } ?? [0, 0]
      let path: [Int] =
        switch entry.match.path {
        case .exact: [2, 0]
        case .prefix(let prefix): [0, prefix.split(separator: "/").reduce(0) { $0 + $1.utf8.count + 1 }]
        default: [0, 0]
        }
      return host + path + [
        entry.match.method == nil ? 0 : 1, entry.match.headers.count, entry.match.queryParameters.count,
        -entry.route,
        -entry.rule,
      ]
    }
    return rank(a).lexicographicallyPrecedes(rank(b))
  }
}
