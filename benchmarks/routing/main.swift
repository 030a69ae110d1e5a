// Cost of one route lookup as the table grows: hosts, exact paths, prefixes and a mixture, in ns.
//
//   swift run -c release routing-benchmark [LOOKUPS]

import HTTP
import Mesh
import Primitives

/// A request's head, read once.
final class Sample {
  let head: MessageHead

  init(host: String, path: String) throws {
    var head = MessageHead()
    var trailers = MessageHead()
    var decoder = HTTP1Decoder(role: .server)
    let text =
      "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: bench\r\nAccept: */*\r\nX-Tenant: 7\r\n\r\n"
    let bytes = Array(text.utf8)
    var offset = 0
    guard try decoder.next(bytes.span, &offset, head: &head, trailers: &trailers) == .head else {
      throw HTTPError.truncatedHead
    }
    self.head = head
  }
}

/// A way to spread `count` rules over hosts and paths, and the request that rule `index` takes.
struct World {
  var name: String
  var route: (_ index: Int) -> (hostname: String, match: RouteMatch)
  var request: (_ index: Int) -> (host: String, path: String)
}

let worlds = [
  World(
    name: "hosts", route: { ("tenant-\($0).shop.example", RouteMatch()) },
    request: { ("tenant-\($0).shop.example:8080", "/cart/items") }),
  World(
    name: "wildcard hosts", route: { ("*.tenant-\($0).shop.example", RouteMatch()) },
    request: { ("www.tenant-\($0).shop.example", "/cart/items") }),
  World(
    name: "exact paths", route: { ("shop.example", RouteMatch(path: .exact("/v1/item/\($0)"))) },
    request: { ("shop.example", "/v1/item/\($0)") }),
  World(
    name: "prefixes", route: { ("shop.example", RouteMatch(path: .prefix("/v1/item/\($0)"))) },
    request: { ("shop.example", "/v1/item/\($0)/details/7") }),
  World(
    name: "mixed",
    route: { index in
      let host = index % 3 == 0 ? "*.zone-\(index / 30).example" : "host-\(index / 30).example"
      return (
        host,
        index % 2 == 0
          ? RouteMatch(path: .exact("/v1/item/\(index)")) : RouteMatch(path: .prefix("/v1/item/\(index)"))
      )
    },
    request: { index in
      let host = index % 3 == 0 ? "a.zone-\(index / 30).example" : "host-\(index / 30).example"
      return (host, index % 2 == 0 ? "/v1/item/\(index)" : "/v1/item/\(index)/x")
    }),
]

let lookups = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 2_000_000
let clock = ContinuousClock()

func table(_ world: World, _ count: Int) -> RouteTable {
  RouteTable(
    (0..<count).map { index in
      let (hostname, match) = world.route(index)
      let rule = RouteRule(index: StableNumber(index), routeName: "route", ruleName: "\(index)")
      return RouteDefinition(hostnames: [hostname], rules: [RouteDefinition.Rule(rule, matches: [match])])
    })
}

/// Nanoseconds of one lookup, the least of five runs; traps where a lookup finds another rule than it should.
/// - Parameter asked: different requests, 4,096 in all. Few stay in the nearest cache, and what is measured is the work.
///   With many neither routes nor requests do, and most of the time is waiting for memory.
func measure(_ world: World, _ table: RouteTable, of count: Int, asked: Int) throws -> Double {
  var random = Random(seed: 42)
  let few = (0..<asked).map { _ in random.next(below: count) }
  let wanted = (0..<4096).map { few[$0 % asked] }
  let different = try few.map { index in
    let (host, path) = world.request(index)
    return try Sample(host: host, path: path)
  }
  let samples = (0..<4096).map { different[$0 % asked] }
  var scratch = MatchScratch()
  for (index, sample) in zip(wanted, samples) {
    precondition(table.match(sample.head, scratch: &scratch)({ $0.index }) == index, "the wrong rule")
  }
  var best = Double.infinity
  for _ in 0..<5 {
    var sum = 0
    let start = clock.now
    for lookup in 0..<(lookups / 5) {
      sum &+= table.match(samples[lookup & 4095].head, scratch: &scratch)({ $0.index }) ?? -1
    }
    let elapsed = clock.now - start
    precondition(sum >= 0)
    best = min(best, Double(elapsed.components.attoseconds) / 1e9 + Double(elapsed.components.seconds) * 1e9)
  }
  return best / Double(lookups / 5)
}

func cell(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

let sizes = [10, 1_000, 100_000]
let ways = [
  ("64 different requests: the work of a lookup", 64), ("4,096: the work, and waiting for memory", 4096),
]
print(cell("ns per lookup", 16) + sizes.map { cell("\($0) routes", 16) }.joined())
var times: [[[Double]]] = ways.map { _ in [] }
for world in worlds {
  let tables = sizes.map { table(world, $0) }
  for (way, (_, asked)) in ways.enumerated() {
    times[way].append(try zip(tables, sizes).map { try measure(world, $0, of: $1, asked: asked) })
  }
}
for (way, (name, _)) in ways.enumerated() {
  print("\n\(name)")
  for (world, row) in zip(worlds, times[way]) {
    print(cell(world.name, 16) + row.map { cell("\(Int($0 * 10) / 10).\(Int($0 * 10) % 10)", 16) }.joined())
  }
}
