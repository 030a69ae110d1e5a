import Foundation
import Reactor
import TestCertificates
import Testing

/// configs/gateway-tls.yaml as it stands, and two clients that ask for different hosts.
@Suite struct GatewayTLSTests {
  private let folder = Scratch()
  private let authority = TestAuthority()

  private func issue(_ name: String, _ host: String) throws {
    let made = authority.issue(CertificateProfile(name, "DNS:\(host)"))
    try folder.write(made.chain, to: "\(name).crt")
    try folder.write(made.key, to: "\(name).key")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: folder.path("\(name).key"))
  }

  @Test func eachHostHasItsCertificate() throws {
    try issue("shop", "shop.localhost")
    try issue("tenants", "*.tenants.localhost")
    let port = Origin.freePort()
    let (shop, tenants) = (Origin(body: "shop"), Origin(body: "tenants"))
    let program = try Program(
      apus: ["run", "--config", "configs/gateway-tls.yaml"],
      environment: [
        "ADMIN": "off", "CERTS": folder.path("."), "LISTEN": "127.0.0.1:\(port)",
        "SHOP": "127.0.0.1:\(shop.port)", "TENANTS": "127.0.0.1:\(tenants.port)",
      ])
    try #require(program.line(containing: " ready ") != nil, "\(program.errorText)")
    #expect(!program.errorText.lowercased().contains("warning"), "\(program.errorText)")
    for (host, body) in [("shop.localhost", "shop"), ("a.tenants.localhost", "tenants")] {
      var settings = TLSClientContext.Settings(trust: try TLSTrust(bundles: [authority.pem]))
      settings.serverName = host
      settings.names = [.dns(host)]
      let wire = try Wire.connect(port: port)
      try wire.secure(try TLSClientContext(settings))
      let answer = try wire.exchange("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
      #expect(answer.text == body)
      #expect((answer["strict-transport-security"] != nil) == (host == "shop.localhost"))
    }
  }
}
