import Foundation
import Reactor
import TestCertificates
import Testing

/// Our own binary from the outside: its log, and the end of descriptors.
@Suite struct BinaryTests {
  static let get = ConnectionLimitTests.get

  @Test func aBodyPastTheReplayBoundIsLogged() throws {
    let origin = RetryPolicyTests.unavailable(Notes())
    let apus = try Binary(
      Binary.yaml(to: origin.port, rule: "retry: {on: [5xx]}", more: "limits: {replayBound: 1KiB}"))
    let body = String(repeating: "x", count: 5000)
    #expect(
      try apus.connect().exchange("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n\(body)").status
        == 503)
    #expect(
      eventually { apus.program.errorText.contains("retry skipped: request body exceeds the replay bound") })
    #expect(apus.program.errorText.contains("service=origin"))
  }

  private static func twoServices(_ ports: (a: UInt16, b: UInt16), _ service: String = "", rule: String)
    -> String
  {
    let lines = [("a", ports.a), ("b", ports.b)].map { name, port in
      (
        "{matches: [{path: {value: /\(name)}}], \(rule)backendRefs: [{name: \(name)}]}",
        "{name: \(name), endpoints: [\"127.0.0.1:\(port)\"]\(service)}"
      )
    }
    return """
      listeners: [{name: test, address: "127.0.0.1:0"}]
      limits: {replayBound: 1KiB}
      routes: [{name: all, rules: [\(lines.map(\.0).joined(separator: ", "))]}]
      services: [\(lines.map(\.1).joined(separator: ", "))]
      """
  }

  /// However loud a service is, the log hears of the others.
  @Test func oneServicesLinesMuteNoOthers() throws {
    let origin = RetryPolicyTests.unavailable(Notes())
    let apus = try Binary(Self.twoServices((origin.port, origin.port), rule: "retry: {on: [5xx]}, "))
    let body = String(repeating: "x", count: 5000)
    for path in ["/a", "/a", "/b"] {
      let request = "PUT \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n\(body)"
      #expect(try apus.connect().exchange(request).status == 503)
    }
    for name in ["a", "b"] {
      let line = "retry skipped: request body exceeds the replay bound service=\(name)"
      #expect(eventually { apus.program.errorText.contains(line) }, "\(apus.program.errorText)")
    }
  }

  @Test func namesThatDoNotMatchAreTold() throws {
    let world = try TLSWorld()
    let made = TLSWorld.authority.issue(CertificateProfile("x", "DNS:other.example"))
    let origin = Origin(try world.serverContext(made, [.http11])) { _, _ in "" }
    let apus = try Binary(
      Self.twoServices((origin.port, origin.port), ", " + world.service(""), rule: ""))
    for path in ["/a", "/a", "/b"] {
      #expect(try apus.connect().exchange("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n").status == 502)
    }
    #expect(
      eventually {
        let text = apus.program.errorText
        return text.contains("wanted=dns:test.example shown=dns:other.example")
          && text.contains("service=a") && text.contains("service=b")
      }, "\(apus.program.errorText)")
  }

  @Test func aBreakerThatOpensAndClosesIsLogged() throws {
    let asked = Notes()
    let origin = Origin { wire, _ in
      while true {
        asked.add(try wire.readMessage().startLine)
        let status = asked.count <= 2 ? "503 Service Unavailable" : "200 OK"
        try wire.send("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
      }
    }
    let apus = try Binary(
      """
      listeners: [{name: test, address: "127.0.0.1:0"}]
      services:
      - name: origin
        endpoints: ["127.0.0.1:\(origin.port)"]
        circuitBreaker: {failureRate: 50%, minimumRequests: 2, openFor: 10ms, halfOpenRequests: 1}
      """)
    let client = try apus.connect()
    for _ in 0..<2 { #expect(try client.exchange(Self.get).status == 503) }
    #expect(eventually { apus.program.errorText.contains("warning circuit breaker opened service=origin") })
    #expect(eventually { (try? client.exchange(Self.get).status) == 200 })
    #expect(eventually { apus.program.errorText.contains("info    circuit breaker closed service=origin") })
    #expect(apus.program.errorText.contains("info    circuit breaker half-open service=origin"))
  }

  /// What the process does while there is no descriptor left: it serves what it has, waits without spinning, and
  /// recovers.
  @Test(arguments: [false, true]) func itLivesThroughTheEndOfDescriptors(_ overUnixSocket: Bool) throws {
    let origin = Origin(body: "ok")
    let directory = Scratch()
    let path = directory.path("s")
    let yaml = """
      workers: 1
      listeners: [{name: test, address: "127.0.0.1:0"}, {name: local, address: "unix:\(path)"}]
      routes:
      - {name: all, hostnames: [a], rules: [{backendRefs: [{name: origin}]}]}
      - {name: fresh, hostnames: [b], rules: [{backendRefs: [{name: fresh}]}]}
      services:
      - {name: origin, endpoints: ["127.0.0.1:\(origin.port)"]}
      - {name: fresh, endpoints: ["127.0.0.1:\(origin.port)"], circuitBreaker: {failureRate: 1%, minimumRequests: 1}}
      """
    let apus = try Binary(yaml, descriptors: 40, admin: true)
    func connect() throws -> Wire { overUnixSocket ? try Wire.connect(path: path) : try apus.connect() }
    let first = try connect()
    #expect(try first.exchange(Self.get).text == "ok")
    // More than can be taken in: they wait in the listener's queue.
    let crowd = try (0..<80).map { _ in try connect() }
    #expect(eventually { Self.descriptors(of: apus.program) >= 40 })
    #expect(try first.exchange(Self.get).text == "ok")
    #expect(
      apus.program.line(containing: "error   out of file descriptors while=\"accepting connections\"") != nil)
    let refusal = try first.exchange("GET / HTTP/1.1\r\nHost: b\r\n\r\n")
    #expect(refusal.status == 503)
    #expect(refusal.text == "apus: no file descriptor left to connect to the endpoint\n")
    let status =
      "apus;error=proxy_internal_error;details=\"no file descriptor left to connect to the endpoint\""
    #expect(refusal["proxy-status"] == status)
    #expect(
      apus.program.line(containing: "error   out of file descriptors while=\"connecting to an endpoint\"")
        != nil)
    // A loop that spins is never found asleep, however often one looks.
    var asleep = 0
    #expect(
      eventually {
        asleep += apus.program.isAsleep ? 1 : 0
        return asleep == 50
      })
    // A unix socket knows no reset.
    for client in crowd { overUnixSocket ? client.end() : client.reset() }
    #expect(try eventually { try connect().exchange(Self.get).text == "ok" })
    // That was not the endpoint's fault: the breaker has not heard of it.
    #expect(try first.exchange("GET / HTTP/1.1\r\nHost: b\r\n\r\n").text == "ok")
    let metrics = try apus.ask("/metrics").text
    #expect(metrics.contains("apus_out_of_descriptors_total{for=\"connect\"} 1\n"))
    #expect(!metrics.contains("apus_out_of_descriptors_total{for=\"accept\"} 0\n"))
    #expect(metrics.contains("apus_errors_total{reason=\"out_of_descriptors\"} 1\n"))
    #expect(apus.program.isRunning)
    apus.program.signal(SIGTERM)
    first.end()
    #expect(apus.program.wait().status == 0)
  }

  @Test func theSoftLimitIsRaisedAndTheHardOneMeasured() throws {
    let origin = Origin(body: "ok")
    let yaml = """
      workers: 1
      listeners: [{name: test, address: "127.0.0.1:0"}]
      services:
      - {name: a, endpoints: ["127.0.0.1:\(origin.port)"], circuitBreaker: {maxConnections: 100}}
      """
    // Two a connection, 5 for the worker and its listener, 32 for what else there is.
    let tight = try Binary(yaml, descriptors: 236)
    #expect(tight.program.errorText.contains("warning fewer open files are allowed than"))
    #expect(tight.program.errorText.contains("limit=236 needed=237"))
    let fine = try Binary(yaml, descriptors: 237, soft: 30)
    #expect(!fine.program.errorText.contains("open files"))
    let limits = try String(contentsOfFile: "/proc/\(fine.program.pid)/limits", encoding: .utf8)
    let files = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open files") })
    #expect(files.split(separator: " ").dropFirst(3).prefix(2) == ["237", "237"])
  }

  static func descriptors(of program: Program) -> Int {
    (0..<256).count { descriptor in
      var byte: UInt8 = 0
      return unsafe readlink("/proc/\(program.pid)/fd/\(descriptor)", &byte, 1) > 0
    }
  }
}
