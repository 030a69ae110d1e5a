import Certificates
import TestCertificates
import Testing

@testable import Reactor

/// Only a part of libcrypto's algorithms is loaded (`copenssl_load_provider`): every kind of key that TLS knows is in it.
@Suite struct TLSKeyKindsTests {
  struct Kind: Sendable, CustomTestStringConvertible {
    var name: String
    var options: [String] = []
    var versions = [TLSVersion.v13, .v12]
    var testDescription: String { ([name] + options).joined(separator: " ") }
  }

  static let kinds = [
    Kind(name: "ec", options: ["-pkeyopt", "ec_paramgen_curve:P-256"]),
    Kind(name: "ec", options: ["-pkeyopt", "ec_paramgen_curve:P-384"]),
    // With TLS 1.2 a certificate's curve has to be one of those that keys are exchanged on (RFC 8422, section 5.1.1).
    Kind(name: "ec", options: ["-pkeyopt", "ec_paramgen_curve:P-521"], versions: [.v13]),
    Kind(name: "rsa:2048"),
    Kind(name: "rsa:3072", options: ["-sha384"]),
    Kind(name: "rsa:2048", options: ["-sigopt", "rsa_padding_mode:pss", "-sha512"]),
    Kind(name: "rsa-pss", options: ["-pkeyopt", "rsa_keygen_bits:2048"]),
    Kind(name: "ed25519"),
    Kind(name: "ed448"),
  ]

  /// Mutual TLS in which both sides show the certificate; the key in PKCS #8 and, where there is one, in its older form.
  @Test(arguments: kinds) func certificatesServe(_ kind: Kind) throws {
    let openssl = try OpenSSL()
    defer { openssl.remove() }
    let made = try openssl.run(
      ["req", "-x509", "-newkey", kind.name] + kind.options + [
        "-nodes", "-days", "10", "-subj", "/CN=own", "-addext", "subjectAltName=DNS:test.example",
        "-keyout", "own.key", "-out", "own.pem",
      ])
    try #require(made.status == 0, "\(made.output)")
    let older = try openssl.run("pkey", "-in", "own.key", "-traditional", "-out", "older.key")
    let chain = try openssl.read("own.pem")
    let trust = try TLSTrust(bundles: [chain])
    for key in older.status == 0 ? ["own.key", "older.key"] : ["own.key"] {
      let shown = TestCertificate(chain: chain, key: try openssl.read(key))
      for version in kind.versions {
        let server = try TLSPeers.server(shown) {
          $0.clientCertificates = .require
          $0.trust = trust
        }
        let client = try TLSPeers.client(shown) {
          $0.trust = trust
          $0.greatestVersion = version
        }
        let link = TLSLink(client, server)
        link.carry()
        #expect(link.server.step == .complete && link.client.step == .complete)
        #expect(link.server.failure == nil && link.client.failure == nil)
        #expect(link.server.details?.peer?.certificate.subject == "CN=own")
        #expect(link.server.details?.version == version)
      }
    }
  }
}
