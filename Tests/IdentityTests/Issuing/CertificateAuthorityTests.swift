import Certificates
import TestCertificates
import Testing

@testable import Identity

@Suite struct CertificateAuthorityTests {
  private let openssl: OpenSSL
  private static let now: Int64 = 1_800_000_000

  init() throws { openssl = try OpenSSL() }

  private func authority(_ domain: String = "prod") throws -> CertificateAuthority {
    let authority = try CertificateAuthority(
      try SPIFFEID("spiffe://\(domain)"), validity: Validity(days: 365, from: Self.now))
    try openssl.write(authority.issued.certificate, to: "ca.crt")
    return authority
  }

  private func issue(_ authority: borrowing CertificateAuthority, _ id: String, dns: [String] = []) throws {
    let issued = try authority.issue(
      try SPIFFEID(id), dnsNames: dns, validity: Validity(days: 30, from: Self.now))
    try openssl.write(issued.certificate, to: "web.crt")
    try openssl.write(issued.key, to: "web.key")
  }

  private func readKey(_ name: String) throws {
    let bytes = try openssl.read(name)
    _ = try SigningKey(pem: bytes.span)
  }

  private func described(_ name: String) throws -> CertificateDescription {
    let bytes = try openssl.read(name)
    return try CertificateDescription.all(inPEM: bytes.span)[0]
  }

  private func verify(_ arguments: String...) throws -> OpenSSL.Ended {
    switch arguments.count {
    case 2:
      try openssl.run(
        "verify", "-x509_strict", "-CAfile", "ca.crt", "-attime", arguments[0], "-purpose", arguments[1],
        "web.crt")
    default:
      try openssl.run(
        "verify", "-x509_strict", "-CAfile", "ca.crt", "-attime", arguments[0], "-purpose", arguments[1],
        "-verify_hostname", arguments[2], "web.crt")
    }
  }

  @Test func openSSLTakesTheChain() throws {
    defer { openssl.remove() }
    try issue(authority(), "spiffe://prod/ns/shop/sa/web", dns: ["web", "localhost"])
    for purpose in ["sslclient", "sslserver"] {
      let ended = try verify("\(Self.now)", purpose, "localhost")
      #expect(ended.output.contains("web.crt: OK"), "\(ended.output)")
    }
    #expect(try verify("\(Self.now)", "sslserver", "other").status != 0)
    #expect(try verify("\(Self.now - 301)", "sslserver").status != 0)
    #expect(try verify("\(Self.now + 30 * 86_400 + 1)", "sslserver").status != 0)
    #expect(try verify("\(Self.now + 30 * 86_400 - 1)", "sslserver").status == 0)
  }

  @Test func openSSLReadsWhatASVIDMustSay() throws {
    defer { openssl.remove() }
    try issue(authority(), "spiffe://prod/ns/shop/sa/web", dns: ["web"])
    let text = try openssl.run("x509", "-in", "web.crt", "-noout", "-text").output
    for line in [
      "Subject: O = prod, CN = web", "Issuer: O = prod, CN = Apus local authority", "Version: 3",
      "ASN1 OID: prime256v1",
      "Signature Algorithm: ecdsa-with-SHA256", "URI:spiffe://prod/ns/shop/sa/web, DNS:web", "CA:FALSE",
      "TLS Web Server Authentication, TLS Web Client Authentication",
    ] { #expect(text.contains(line), "\(line) in \(text)") }
    #expect(text.contains("X509v3 Key Usage: critical\n                Digital Signature\n"))
    let authority = try openssl.run("x509", "-in", "ca.crt", "-noout", "-text").output
    for line in ["CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", "URI:spiffe://prod\n"] {
      #expect(authority.contains(line), "\(line) in \(authority)")
    }
  }

  @Test func keysBelongToTheirCertificates() throws {
    defer { openssl.remove() }
    try issue(authority(), "spiffe://prod/web")
    let fromKey = try openssl.run("pkey", "-in", "web.key", "-pubout")
    let fromCertificate = try openssl.run("x509", "-in", "web.crt", "-noout", "-pubkey")
    #expect(fromKey.output == fromCertificate.output && fromKey.output.contains("BEGIN PUBLIC KEY"))
    try readKey("web.key")
    #expect(throws: CertificateError.noKey) { try readKey("web.crt") }
  }

  /// Nobody is asked for a passphrase on the terminal.
  @Test func keysWithPassphraseAreRefused() throws {
    defer { openssl.remove() }
    try openssl.run(
      "genpkey", "-algorithm", "ed25519", "-aes128", "-pass", "pass:secret", "-out", "locked.key")
    #expect(throws: CertificateError.noKey) { try readKey("locked.key") }
  }

  @Test func ourOwnReaderAgrees() throws {
    defer { openssl.remove() }
    try issue(authority(), "spiffe://prod/ns/shop/sa/web", dns: ["web"])
    let web = try described("web.crt")
    #expect(PeerIdentity(web).name == "spiffe://prod/ns/shop/sa/web")
    #expect(web.notBefore == Self.now - 300 && web.notAfter == Self.now + 30 * 86_400)
    #expect(web.dnsNames == ["web"] && !web.isAuthority)
    let ca = try described("ca.crt")
    #expect(ca.isAuthority && PeerIdentity(ca).spiffeID == nil && ca.uris == ["spiffe://prod"])
    #expect(web.serial != ca.serial && web.serial.count == 32)
  }

  @Test func anotherAuthoritysAreNotTaken() throws {
    defer { openssl.remove() }
    try issue(authority(), "spiffe://prod/web")
    _ = try authority()
    #expect(try verify("\(Self.now)", "sslserver").status != 0)
  }

  @Test func whatMakesNoSenseIsNotIssued() throws {
    defer { openssl.remove() }
    let authority = try authority()
    let week = Validity(days: 7, from: Self.now)
    func issue(_ id: String, dns: [String] = []) throws {
      _ = try authority.issue(try SPIFFEID(id), dnsNames: dns, validity: week)
    }
    #expect(throws: IssuingError.otherTrustDomain) { try issue("spiffe://other/web") }
    #expect(throws: IssuingError.workloadWithoutPath) { try issue("spiffe://prod") }
    // In OpenSSL's words a comma begins the next name.
    #expect(throws: IssuingError.badDNSName) {
      try issue("spiffe://prod/web", dns: ["a,URI:spiffe://prod/b"])
    }
    #expect(throws: IssuingError.authorityWithPath) {
      _ = try CertificateAuthority(try SPIFFEID("spiffe://prod/web"), validity: week)
    }
  }

  /// X.509's names are bounded; SPIFFE's are longer.
  @Test func longNamesAreCutInSubjectsOnly() throws {
    defer { openssl.remove() }
    let long = String(repeating: "n", count: 100)
    try issue(authority(long), "spiffe://\(long)/\(long)")
    #expect(try verify("\(Self.now)", "sslserver").output.contains("OK"))
    let web = try described("web.crt")
    #expect(web.uris == ["spiffe://\(long)/\(long)"])
  }
}
