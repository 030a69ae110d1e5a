import Foundation
import Telemetry
import Testing

@testable import Configuration

/// `configs/README.md` against what is really read.
@Suite struct ReferencePageTests {
  private func page() throws -> String {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return try String(contentsOfFile: "/\(root)/configs/README.md", encoding: .utf8)
  }

  @Test func theShortExampleLoads() throws {
    let blocks = try page().components(separatedBy: "```")
    let example = try #require(blocks.first { $0.hasPrefix("yaml\n") }).dropFirst(5)
    #expect(diagnostics(String(example)) == [])
  }

  @Test func everyOperatorOfTheAccessLogIsThere() throws {
    let page = try page()
    for name in AccessLogFormat.operators {
      #expect(page.contains("`%\(name)%`"), "\(name) is not in configs/README.md")
    }
    let blocks = page.components(separatedBy: "```")
    let line = try #require(blocks.first { $0.hasPrefix("text\n[%START_TIME%]") }).dropFirst(5)
    #expect(line.split(separator: "\n").joined(separator: " ") == AccessLogFormat.textLine)
  }

  /// An unknown field in each block makes the diagnostics list the known ones.
  @Test func everyKeyIsThere() throws {
    let rule = "routes: [{name: r, rules: [{%, backendRefs: [{name: web}]}]}]\n"
    func inRule(_ text: String) -> String { rule.replacingOccurrences(of: "%", with: text) }
    let documents = [
      "zzzz: 1", "admin: {zzzz: 1}", "node: {zzzz: 1}", "listeners: [{address: ':1', zzzz: 1}]",
      "routes: [{name: r, zzzz: 1, rules: [{backendRefs: [{name: web}]}]}]", inRule("zzzz: 1"),
      inRule("matches: [{zzzz: 1}]"),
      inRule("matches: [{method: {service: a, zzzz: 1}}]"),
      inRule("filters: [{type: CORS, cors: {allowOrigins: ['*'], zzzz: 1}}]"),
      "listeners: [{address: ':1', http2: {zzzz: 1}}]", inRule("timeouts: {zzzz: 1}"),
      inRule("retry: {zzzz: 1}"),
      inRule("retry: {backoff: {zzzz: 1}}"), "timeouts: {zzzz: 1}", "limits: {zzzz: 1}", "dns: {zzzz: 1}",
      "tracing: {zzzz: 1}",
      "listeners: [{address: ':1', authorization: {zzzz: 1, rules: []}}]",
      "listeners: [{address: ':1', authorization: {rules: [{name: a, action: deny, zzzz: 1}]}}]",
      "listeners: [{address: ':1', authorization: {rules: [{name: a, action: deny, when: {zzzz: 1}}]}}]",
      "etcd: {zzzz: 1}", "etcd: {endpoints: ['http://e'], register: {zzzz: 1}}",
      "kubernetes: {zzzz: 1}", "jwt: {zzzz: 1}",
      "jwt: {providers: [{name: a, issuer: i, audiences: [x], jwks: {file: /x}, zzzz: 1}]}",
      "jwt: {providers: [{name: a, issuer: i, audiences: [x], jwks: {file: /x, zzzz: 1}}]}",
      "jwt: {providers: [{name: a, issuer: i, audiences: [x], forwardClaims: [{zzzz: 1}]}]}",
      "listeners: [{address: ':1', jwt: {zzzz: 1}}]",
      "listeners: [{address: ':1', connection: {zzzz: 1}}]", "accessLog: {zzzz: 1}", "log: {zzzz: 1}",
      "listeners: [{address: ':1', tls: {zzzz: 1}}]",
      "listeners: [{address: ':1', tls: {certificates: [{zzzz: 1}]}}]",
      "listeners: [{address: ':1', tls: {clientCertificates: {zzzz: 1}}}]",
    ]
    let service =
      "services: [{name: web, endpoints: ['1.1.1.1:1'], zzzz: 1, circuitBreaker: {zzzz: 1}, tls: {zzzz: 1, subjectAltNames: [{zzzz: 1}]}}]\n"
    let page = try page()
    var keys: Set<String> = []
    for document in documents {
      let found = diagnostics(document + "\n" + service).filter { $0.contains("unknown field `zzzz`") }
      #expect(found.count == 5, "\(document)")
      for line in found {
        let list = line.components(separatedBy: "valid: ").last?.dropLast() ?? ""
        keys.formUnion(list.components(separatedBy: ", "))
      }
    }
    #expect(keys.count > 60)
    for key in keys.sorted() {
      let isThere = page.range(of: "[`.{ ]\(key)[`,.}\\[]", options: .regularExpression) != nil
      #expect(isThere, "\(key) is not in configs/README.md")
    }
  }
}
