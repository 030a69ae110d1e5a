import Synchronization
import Telemetry
import Testing

/// Requests that come back to where they were.
@Suite struct LoopTests {
  /// An endpoint that sends what it gets on to a proxy, as a proxy that knows nothing of loops does.
  private final class Detour: Sendable {
    private let target = Mutex<UInt16>(0)
    let passed = Notes()

    func lead(to port: UInt16) { target.withLock { $0 = port } }

    func origin() -> Origin {
      Origin { [self] wire, _ in
        while true {
          let request = try wire.readMessage()
          passed.add(request.values("cdn-loop").joined(separator: ", "))
          let head = ([request.startLine] + request.fields.map { "\($0.name): \($0.value)" })
            .joined(separator: "\r\n")
          let answer = try Wire.connect(port: target.withLock { $0 }).exchange(head + "\r\n\r\n")
          try wire.send(
            "\(answer.startLine)\r\nProxy-Status: \(answer["proxy-status"] ?? "")\r\n"
              + "Content-Length: \(answer.body.count)\r\n\r\n\(answer.text)")
        }
      }
    }
  }

  private func loop(rule: String = "", settings: String = "", listener: String = "") throws -> (
    answer: Message, passed: [String]
  ) {
    let detour = Detour()
    let origin = detour.origin()
    let proxy = try TestProxy(to: origin.port, rule: rule, settings: settings, listener: listener)
    detour.lead(to: proxy.port)
    let answer = try proxy.get()
    #expect(eventually { proxy.metrics[.loopDetected] == 1 })
    #expect(proxy.comesToRest)
    return (answer, detour.passed.all)
  }

  @Test(arguments: ["", "trustedHops: 1"])
  func aLoopIs508(listener: String) throws {
    let (answer, passed) = try loop(listener: listener)
    #expect(answer.status == 508)
    #expect(answer["proxy-status"]?.contains("error=proxy_loop_detected") == true)
    // Once, and five times more.
    #expect(passed.count == 6)
    #expect(passed.map { $0.split(separator: ",").count } == [0, 1, 2, 3, 4, 5])
  }

  @Test func howOftenIsASetting() throws {
    #expect(try loop(settings: "limits: {loops: 1}").passed.count == 2)
  }

  @Test func retriesDoNotMultiplyALoop() throws {
    let (answer, passed) = try loop(rule: "retry: {attempts: 2, on: [5xx], backoff: 1ms}")
    #expect(answer.status == 508)
    #expect(passed.count == 6)
  }

  @Test func aRuleThatTakesForwardedForAwayHidesNoLoop() throws {
    let filter =
      "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [x-forwarded-for]}}]"
    let (answer, passed) = try loop(rule: filter)
    #expect(answer.status == 508)
    #expect(passed.count == 5)
  }

  @Test func aChainOfManyOthersIsNoLoop() throws {
    let origin = Origin.mirror()
    let proxies = try (0..<8).reduce(into: [TestProxy]()) { chain, _ in
      chain.append(try TestProxy(to: chain.last?.port ?? origin.port))
    }
    let answer = try #require(proxies.last).get()
    #expect(answer.status == 200)
    let names = answer.mirrored.values("cdn-loop")
    // All but the first, which a client came to.
    #expect(names.count == 7)
    #expect(Set(names).count == 7)
  }

  @Test func namesOfOthersPassHoweverManyTheyAre() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    let others = Array(repeating: "apus-0123456789abcdef", count: 50).joined(separator: ", ")
    let answer = try proxy.get(headers: "CDN-Loop: \(others)\r\nCDN-Loop: cdn.example; v=1\r\n")
    #expect(answer.status == 200)
    #expect(answer.mirrored.values("cdn-loop") == [others, "cdn.example; v=1"])
  }

  @Test func connectionTakesNoNameAway() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    let answer = try proxy.get(headers: "Connection: cdn-loop\r\nCDN-Loop: other\r\n")
    #expect(answer.mirrored.values("cdn-loop") == ["other"])
  }

  @Test func whatComesFromAClientIsNotMarked() throws {
    let origin = Origin.mirror()
    let proxy = try TestProxy(to: origin.port)
    #expect(try proxy.get().mirrored.values("cdn-loop") == [])
    #expect(try proxy.get(headers: "X-Forwarded-For: 1.2.3.4\r\n").mirrored.values("cdn-loop").count == 1)
  }
}
