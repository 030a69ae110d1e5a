import Mesh
import Primitives
import Proxy
import Synchronization
import Telemetry
import Testing

/// Not one request is lost, whatever changes meanwhile.
@Suite struct AdoptionUnderLoadTests {
  private static func yaml(_ protocol: String, _ ports: [UInt16], _ round: Int) -> String {
    // Now and then the service itself changes, or the route.
    let service = "protocol: \(`protocol`)" + (round % 5 == 0 ? ", connectTimeout: \(round + 1)s" : "")
    let rule = round % 3 == 0 ? "timeouts: {request: \(round + 10)s}" : ""
    return TestProxy.yaml(ports, service: service, rule: rule, rest: "timeouts: {head: 20s}")
  }

  @Test(arguments: [1, 3]) func overHTTP1(_ workers: Int) throws {
    let states = StateStore()
    let origins = (0..<4).map { _ in Origin(body: "ok") }
    let proxy = try TestProxy(
      whole: Self.yaml("http1", origins.map(\.port), 1), states, workers: workers)
    let stop = Atomic<Bool>(false)
    let (failures, done) = (Notes(), Notes())
    let requests = Atomic<Int>(0)
    for _ in 0..<8 {
      detach {
        defer { done.add("done") }
        do {
          let client = try proxy.connect()
          while !stop.load(ordering: .relaxed) {
            let answer = try client.exchange(ConnectionLimitTests.get)
            if answer.text != "ok" { failures.add("\(answer.status) \(answer["proxy-status"] ?? "")") }
            requests.add(1, ordering: .relaxed)
          }
        } catch {
          failures.add("\(error)")
        }
      }
    }
    var random = Random(seed: 7)
    for round in 2..<150 {
      let some = origins.map(\.port).filter { _ in random.next(below: 2) == 0 }
      let before = requests.load(ordering: .relaxed)
      try proxy.adopt(Self.yaml("http1", some.isEmpty ? [origins[0].port] : some, round), states)
      states.tidy()
      #expect(eventually { requests.load(ordering: .relaxed) > before || failures.count > 0 })
    }
    stop.store(true, ordering: .relaxed)
    #expect(eventually { done.count == 8 })
    #expect(failures.all.isEmpty)
    #expect(proxy.comesToRest)
  }
}
