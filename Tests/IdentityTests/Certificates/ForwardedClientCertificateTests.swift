import Certificates
import TestCertificates
import Testing

@testable import Identity

@Suite struct ForwardedClientCertificateTests {
  private func element(
    subject: String = "CN=web,O=prod", uris: [String] = [], dns: [String] = [], by own: String? = nil
  ) -> String {
    let client = CertificateDescription(
      subject: subject, issuer: "CN=ca", serial: "01", notBefore: 0, notAfter: 1, fingerprint: [0x0A, 0xFF],
      dnsNames: dns, uris: uris, uriCount: uris.count, key: "")
    return String(decoding: ForwardedClientCertificate.element(of: client, by: own), as: UTF8.self)
  }

  @Test func allThatItSays() {
    #expect(
      element(uris: ["spiffe://prod/web"], dns: ["web", "web.example"], by: "spiffe://prod/api")
        == "By=spiffe://prod/api;Hash=0aff;Subject=\"CN=web,O=prod\";URI=spiffe://prod/web;DNS=web;DNS=web.example"
    )
    #expect(element() == "Hash=0aff;Subject=\"CN=web,O=prod\"")
    #expect(element(subject: "") == "Hash=0aff;Subject=\"\"")
  }

  /// A name cannot be made to look like another key, another element or another field.
  @Test(arguments: [
    ("CN=a\\,b", "\"CN=a\\\\,b\""),
    ("CN=a\\\";URI=spiffe://prod/admin", "\"CN=a\\\\\\\";URI=spiffe://prod/admin\""),
    ("CN=a\r\nx: y", "\"CN=a??x: y\""), ("CN=\\", "\"CN=\\\\\""),
  ])
  func subjectsAreQuoted(subject: String, expected: String) {
    #expect(element(subject: subject) == "Hash=0aff;Subject=\(expected)")
  }

  @Test(arguments: [
    ("https://a/?x=1", "\"https://a/?x=1\""), ("a,b", "\"a,b\""), ("a;b", "\"a;b\""), ("a\"b", "\"a\\\"b\""),
    ("a\\b", "\"a\\\\b\""), ("spiffe://prod/ns/x", "spiffe://prod/ns/x"),
  ])
  func othersWhereTheyMustBe(name: String, expected: String) {
    #expect(element(uris: [name]).hasSuffix(";URI=\(expected)"))
    #expect(element(dns: [name]).hasSuffix(";DNS=\(expected)"))
    #expect(element(by: name).hasPrefix("By=\(expected);"))
  }

  @Test func namesWithoutEndAreCut() {
    let many = (0..<10_000).map { "name-\($0).example" }
    #expect(element(uris: ["spiffe://prod/web"], dns: many).utf8.count < 4_200)
    #expect(element(uris: many, dns: many).utf8.count < 4_200)
  }

  @Test func ofACertificateThatOpenSSLMade() throws {
    let openssl = try OpenSSL()
    defer { openssl.remove() }
    try openssl.make(
      "web", subject: "/O=A, \"B\" \\\\ C/CN=web", "basicConstraints=CA:FALSE",
      "subjectAltName=URI:spiffe://prod/web,DNS:web")
    let bytes = try openssl.read("web.pem")
    let certificate = try CertificateDescription.all(inPEM: bytes.span)[0]
    let peer = PeerIdentity(certificate, by: "spiffe://prod/api")
    let hash = try openssl.run("x509", "-in", "web.pem", "-noout", "-fingerprint", "-sha256").output
      .split(separator: "=")[1].replacing(":", with: "").lowercased().dropLast()
    #expect(
      String(decoding: peer.forwardedElement, as: UTF8.self)
        == "By=spiffe://prod/api;Hash=\(hash);Subject=\"CN=web,O=A\\\\, \\\\\\\"B\\\\\\\" \\\\\\\\ C\";URI=spiffe://prod/web;DNS=web"
    )
  }
}
