import COpenSSL
import Certificates
import TestCertificates
import Testing

@Suite struct CertificateDescriptionTests {
  private let openssl: OpenSSL

  init() throws { openssl = try OpenSSL() }

  private func described(_ name: String) throws -> CertificateDescription {
    let bytes = try openssl.read("\(name).pem")
    return try CertificateDescription.all(inPEM: bytes.span)[0]
  }

  @Test func itSaysWhatOpenSSLSays() throws {
    defer { openssl.remove() }
    try openssl.make(
      "web", "basicConstraints=critical,CA:FALSE",
      "subjectAltName=URI:spiffe://prod/web,DNS:web.example,DNS:b,IP:10.0.0.5,IP:2001:db8::1,email:a@b.example"
    )
    let web = try described("web")
    #expect(web.subject == "CN=web,O=prod" && web.issuer == web.subject)
    #expect(web.uris == ["spiffe://prod/web"] && web.uriCount == 1)
    #expect(web.dnsNames == ["web.example", "b"])
    #expect(web.addresses == [[10, 0, 0, 5], [0x20, 1, 0x0d, 0xb8] + Array(repeating: 0, count: 11) + [1]])
    #expect(web.emails == ["a@b.example"])
    #expect(!web.isAuthority && web.key == "EC P-256")
    #expect(web.notAfter - web.notBefore == 10 * 86_400)
    func field(_ option: String) throws -> String {
      try String(
        openssl.run("x509", "-in", "web.pem", "-noout", option, "-sha256").output.split(separator: "=")[1])
    }
    #expect(try field("-serial").lowercased() == web.serial + "\n")
    #expect(try field("-fingerprint").replacing(":", with: "").lowercased() == web.fingerprintText + "\n")
    let end = try openssl.run("x509", "-in", "web.pem", "-noout", "-checkend", "\(10 * 86_400 - 60)")
    #expect(end.status == 0)
  }

  @Test func namesOfSubjectsAreEscaped() throws {
    defer { openssl.remove() }
    try openssl.make("odd", subject: "/CN=a,b=\"c\"\u{e9}", "basicConstraints=CA:FALSE")
    #expect(try described("odd").subject == #"CN=a\,b=\"c\"\C3\A9"#)
  }

  @Test func authoritiesAreKnownByEitherSign() throws {
    defer { openssl.remove() }
    try openssl.make("ca", "basicConstraints=critical,CA:TRUE")
    try openssl.make("signer", "basicConstraints=CA:FALSE", "keyUsage=keyCertSign")
    #expect(try described("ca").isAuthority)
    #expect(try described("signer").isAuthority)
  }

  /// `good.example\0.evil` is `good.example` to whoever reads up to the NUL.
  @Test func namesWithOtherBytesAreLeftOut() throws {
    defer { openssl.remove() }
    // GENERAL_NAMES of a URI and a DNS name that hold NULs.
    try openssl.make(
      "nul", "subjectAltName=DER:30:0E:86:05:61:3A:00:62:63:82:05:67:00:65:76:6C", "basicConstraints=CA:FALSE"
    )
    let nul = try described("nul")
    #expect(nul.uris.isEmpty && nul.dnsNames.isEmpty && nul.uriCount == 1)
  }

  /// The next one to ask the library for its errors is a TLS connection on the same thread.
  @Test func partsThatCannotBeReadLeaveNoErrorBehind() throws {
    defer { openssl.remove() }
    try openssl.make("odd", "subjectAltName=DER:30:05:86:FF:61", "basicConstraints=DER:04:01:00")
    let odd = try described("odd")
    #expect(odd.uris.isEmpty && odd.uriCount == 0)
    #expect(ERR_peek_error() == 0)
  }

  @Test func filesHoldSeveral() throws {
    defer { openssl.remove() }
    try openssl.make("a", subject: "/CN=a", "basicConstraints=CA:FALSE")
    try openssl.make("b", subject: "/CN=b", "basicConstraints=CA:FALSE")
    let parts = try ["a.key", "a.pem", "b.pem"].map { String(decoding: try openssl.read($0), as: UTF8.self) }
    let file = Array(("text\n" + parts.joined(separator: "between\n") + "behind").utf8)
    #expect(try CertificateDescription.all(inPEM: file.span).map(\.subject) == ["CN=a", "CN=b"])
  }

  @Test func badInputIsRefused() throws {
    defer { openssl.remove() }
    try openssl.make("a", "basicConstraints=CA:FALSE")
    let pem = String(decoding: try openssl.read("a.pem"), as: UTF8.self)
    func readPEM(_ text: String) throws {
      let bytes = Array(text.utf8)
      _ = try CertificateDescription.all(inPEM: bytes.span)
    }
    #expect(throws: CertificateError.tooLarge) { try readPEM(String(repeating: "-", count: 1 << 20 + 1)) }
    #expect(throws: CertificateError.noCertificate) { try readPEM("") }
    #expect(throws: CertificateError.noCertificate) { try readPEM("no certificate\n") }
    #expect(throws: CertificateError.malformed) { try readPEM(String(pem.prefix(pem.count / 2))) }
    #expect(throws: CertificateError.malformed) { try readPEM(pem + pem.replacing("\nMII", with: "\nXII")) }
    #expect(throws: CertificateError.noCertificate) {
      try readPEM(String(decoding: try openssl.read("a.key"), as: UTF8.self))
    }
  }

  @Test func validityHasTwoEnds() throws {
    defer { openssl.remove() }
    try openssl.make("a", "basicConstraints=CA:FALSE")
    let a = try described("a")
    #expect(!a.isValid(at: a.notBefore - 1) && a.isValid(at: a.notBefore))
    #expect(a.isValid(at: a.notAfter) && !a.isValid(at: a.notAfter + 1))
    #expect([0, 1].map { a.daysLeft(now: a.notAfter + $0) } == [0, -1])
  }
}
