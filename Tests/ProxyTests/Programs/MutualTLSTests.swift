import Foundation
import Testing

/// configs/mutual-tls.yaml as it stands: two proxies beside two services, with certificates of `apus identity init`.
@Suite final class MutualTLSTests {
  private let folder = Scratch()
  private let inbound = (web: Origin.freePort(), api: Origin.freePort())
  private let outbound = (web: Origin.freePort(), api: Origin.freePort())

  private func makeCertificates(
    _ services: String..., domain: String = "prod.example", to name: String = "ids"
  ) throws {
    let made = try Program(
      apus: ["identity", "init", "--directory", folder.path(name), "--trust-domain", domain] + services
    ).wait()
    try #require(made.status == 0, "\(made.errors)")
  }

  private func proxy(
    _ service: String, _ peer: String, app: UInt16, in inbound: UInt16, out: UInt16, to address: UInt16,
    certificates: String = "ids"
  ) throws -> Program {
    let program = try Program(
      apus: ["run", "--config", "configs/mutual-tls.yaml"],
      environment: [
        "SERVICE": service, "PEER": peer, "IDS": folder.path(certificates), "APP": "127.0.0.1:\(app)",
        "IN": "127.0.0.1:\(inbound)", "OUT": "127.0.0.1:\(out)", "PEER_ADDRESS": "127.0.0.1:\(address)",
      ])
    try #require(program.line(containing: " ready ") != nil, "\(program.errorText)")
    return program
  }

  private func ask(_ port: UInt16) throws -> Message {
    try Wire.connect(port: port).exchange("GET /x HTTP/1.1\r\nHost: peer\r\n\r\n")
  }

  @Test func theyTalkBothWays() throws {
    try makeCertificates("web", "api")
    let (web, api) = (Origin.mirror(), Origin.mirror())
    let first = try proxy(
      "web", "api", app: web.port, in: inbound.web, out: outbound.web, to: inbound.api)
    let second = try proxy(
      "api", "web", app: api.port, in: inbound.api, out: outbound.api, to: inbound.web)
    for _ in 0..<2 {
      let atAPI = try ask(outbound.web).mirrored
      let field = try #require(atAPI["x-forwarded-client-cert"])
      #expect(field.hasPrefix("By=spiffe://prod.example/api;Hash="), "\(field)")
      #expect(field.contains(";Subject=\"CN=web,O=prod.example\";URI=spiffe://prod.example/web"), "\(field)")
      let atWeb = try ask(outbound.api).mirrored
      #expect(atWeb["x-forwarded-client-cert"]?.hasPrefix("By=spiffe://prod.example/web;") == true)
    }
    #expect(first.isRunning && second.isRunning)
  }

  /// Known to the authority, and not the one that the rule names.
  @Test func anotherServiceIsRefused() throws {
    try makeCertificates("web", "api", "thief")
    let api = Origin.mirror()
    let guarded = try proxy("api", "web", app: api.port, in: inbound.api, out: outbound.api, to: inbound.web)
    let thief = try proxy("thief", "api", app: api.port, in: inbound.web, out: outbound.web, to: inbound.api)
    let answer = try ask(outbound.web)
    #expect(answer.status == 403, "\(answer)")
    #expect(answer["proxy-status"]?.contains("http_request_denied") == true)
    #expect(api.connections == 0 && guarded.isRunning && thief.isRunning)
  }

  /// A name that another authority gives: neither side talks to it.
  @Test func anotherAuthoritysNamesAreNoNames() throws {
    try makeCertificates("web", "api")
    try makeCertificates("web", "api", to: "others")
    let api = Origin.mirror()
    let real = try proxy("api", "web", app: api.port, in: inbound.api, out: outbound.api, to: inbound.web)
    let impostor = try proxy(
      "web", "api", app: api.port, in: inbound.web, out: outbound.web, to: inbound.api, certificates: "others"
    )
    #expect(try ask(outbound.web).status == 502 || ask(outbound.web).status == 503)
    #expect(api.connections == 0 && real.isRunning && impostor.isRunning)
  }

  /// What `apus identity init` prints is a configuration that `apus check` takes.
  @Test func whatInitPrintsIsValid() throws {
    let made = try Program(
      apus: ["identity", "init", "--directory", folder.path("ids"), "--trust-domain", "prod", "web", "api"])
      .wait()
    let yaml = try #require(made.output.range(of: "listeners:"))
    try folder.write(String(made.output[yaml.lowerBound...]), to: "apus.yaml")
    let checked = try Program.runApus("check", folder.path("apus.yaml"))
    #expect(checked.status == 0 && checked.errors.isEmpty, "\(checked)")
  }
}
