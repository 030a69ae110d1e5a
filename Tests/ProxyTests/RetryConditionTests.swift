import Telemetry
import Testing

/// Which failures each condition of `retry.on` covers.
@Suite struct RetryConditionTests {
  /// How the first attempt fails.
  enum Failure: String, CaseIterable {
    case refused, connectTimeout, closed, reset, silent
    case status500 = "500"
    case status503 = "503"
    case status409 = "409"
    case status418 = "418"
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let condition: String
    let failure: Failure
    let isCovered: Bool
    var testDescription: String {
      "\(condition) after \(failure.rawValue): \(isCovered ? "" : "not ")retried"
    }
  }

  static let silence: [Failure] = [.refused, .connectTimeout, .closed, .reset, .silent]
  static let covered: [(String, [Failure])] = [
    ("connect-failure", [.refused, .connectTimeout]),
    ("refused", [.refused]),
    ("reset", silence),
    ("5xx", silence + [.status500, .status503]),
    ("gateway-error", silence + [.status503]),
    ("retriable-4xx", [.status409]),
    ("418", [.status418]),
  ]
  static let cases = covered.flatMap { condition, failures in
    Failure.allCases.map { Case(condition: condition, failure: $0, isCovered: failures.contains($0)) }
  }

  @Test(arguments: cases) func isRetriedWhereCovered(_ test: Case) throws {
    let requests = Notes()
    let origin = Origin { wire, _ in
      while true {
        let request = try wire.readMessage()
        let isFirst = requests.add(request.startLine) == 0
        if isFirst {
          switch test.failure {
          case .closed: return
          case .reset: return wire.reset()
          case .silent: return _ = try wire.readToEnd()
          case .status500, .status503, .status409, .status418:
            try wire.send("HTTP/1.1 \(test.failure.rawValue) No\r\nContent-Length: 0\r\n\r\n")
            continue
          case .refused, .connectTimeout: break
          }
        }
        try wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      }
    }
    // Of two endpoints, one of two requests meets the broken one first, whichever that is.
    let full = test.failure == .connectTimeout ? FullListener() : nil
    var ports = [origin.port]
    if test.failure == .refused { ports.append(Origin.closedPort()) }
    if let full { ports.append(full.port) }
    let proxy = try TestProxy(
      endpoints: ports,
      rule: """
        retry: {attempts: 1, on: ["\(test.condition)"], backoff: {base: 1ms, max: 1ms}}, \
        timeouts: {backendRequest: \(test.failure == .silent ? "300ms" : "5s")}
        """, service: "connectTimeout: \(test.failure == .connectTimeout ? "300ms" : "5s")")
    let statuses = try [proxy.get().status, proxy.get().status]
    let expected =
      switch test.failure {
      case .refused: 503
      case .connectTimeout, .silent: 504
      case .closed, .reset: 502
      default: Int(test.failure.rawValue) ?? 0
      }
    #expect(Set(statuses) == (test.isCovered ? [200] : [200, expected]))
    // After a retry round-robin may meet the broken one again.
    let most = ports.count == 1 ? 1 : 2
    #expect(
      eventually {
        test.isCovered ? (1...UInt64(most)).contains(proxy.service[.retries]) : proxy.service[.retries] == 0
      })
    #expect(proxy.comesToRest)
  }
}
