import Certificates
import Foundation
import Mesh
import Primitives
import Reactor
import TestCertificates
import Testing

@testable import Configuration

@Suite struct TLSTests {
  private static let authority = TestAuthority()

  /// Certificates in a directory of their own.
  private final class Files {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)")

    init() throws {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      try write(TLSTests.authority.pem, "ca.crt")
      try write(TLSTests.authority.revocations(of: []), "ca.crl")
      try write(TLSTests.authority.issue(CertificateProfile("a", "DNS:a.example")), "a")
      try write(TLSTests.authority.issue(CertificateProfile("b", "DNS:b.example")), "b")
      try write(TLSTests.authority.issue(CertificateProfile("old").with { $0.to = -0.1 }), "old")
      try write(TLSTests.authority.issue(CertificateProfile("new").with { $0.from = 2 }), "new")
      try write(
        TLSTests.authority.issue(CertificateProfile("weak").with { $0.key = .rsa(bits: 1024) }), "weak")
      try write(Array("nonsense\n".utf8), "nonsense")
      try write(Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8), "broken")
    }

    func write(_ bytes: [UInt8], _ name: String, mode: Int = 0o600) throws {
      let file = directory.appendingPathComponent(name)
      try Data(bytes).write(to: file)
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }

    func write(_ made: TestCertificate, _ name: String) throws {
      try write(made.chain, "\(name).crt")
      try write(made.key, "\(name).key")
    }

    deinit { try? FileManager.default.removeItem(at: directory) }
  }

  /// Loads a document in which `@name` is a file; messages have the directory taken out.
  private func load(_ text: String, _ files: Files) -> (snapshot: MeshSnapshot?, messages: [String]) {
    let prefix = files.directory.path + "/"
    let document = text.replacingOccurrences(of: "@", with: prefix)
    let loaded = ConfigurationLoader(environment: [:]).load(
      Array(document.utf8), file: "f", states: StateStore())
    let messages = loaded.diagnostics.map { diagnostic in
      "\(diagnostic.path): \(diagnostic.message)".replacingOccurrences(of: prefix, with: "")
    }
    return (loaded.snapshot, messages)
  }

  private func listener(_ tls: String, _ files: Files) -> (snapshot: MeshSnapshot?, messages: [String]) {
    load(
      "listeners: [{address: ':1', tls: {\(tls)}}]\nservices: [{name: web, endpoints: ['1.1.1.1:1']}]\n",
      files)
  }

  private func service(_ tls: String, _ files: Files) -> (snapshot: MeshSnapshot?, messages: [String]) {
    load(
      "listeners: [{address: ':1'}]\nservices: [{name: web, endpoints: ['1.1.1.1:1'], tls: {\(tls)}}]\n",
      files)
  }

  @Test func everythingIsTaken() throws {
    let files = try Files()
    let (snapshot, messages) = listener(
      """
      certificates: [{certificate: '@a.crt', key: '@a.key'}, {certificate: '@b.crt', key: '@b.key'}],
      clientCertificates: {trust: ['@ca.crt'], mode: optional, crls: ['@ca.crl']},
      minVersion: TLSv1.3, handshakeTimeout: 3s, permissive: true
      """, files)
    #expect(messages.isEmpty)
    let tls = try #require(snapshot?.listeners[0].tls)
    #expect(tls.source.certificates.count == 2)
    #expect(tls.source.clientCertificates == .optional)
    #expect(tls.source.leastVersion == .v13)
    #expect(tls.handshakeTimeout == .seconds(3))
    #expect(tls.isPermissive)
    #expect(tls.contexts.current.settings.certificates[1].description.dnsNames == ["b.example"])
  }

  @Test func servicesAsToo() throws {
    let files = try Files()
    let (snapshot, messages) = service(
      """
      serverName: web.example, trust: ['@ca.crt'], certificate: '@a.crt', key: '@a.key',
      subjectAltNames: [{dns: web.example}, {uri: 'spiffe://a/ns/*/sa/web'}, {ip: 10.0.0.1}, {ip: '::1'}]
      """, files)
    #expect(messages.isEmpty)
    let tls = try #require(snapshot?.services[0].tls)
    #expect(tls.isVerified)
    #expect(tls.source.serverName == "web.example")
    #expect(
      tls.source.names.map(\.description) == [
        "dns:web.example", "uri:spiffe://a/ns/*/sa/web", "ip:10.0.0.1", "ip:0:0:0:0:0:0:0:1",
      ])
  }

  @Test(arguments: [
    ("certificates: []", "listeners[0].tls.certificates: must not be empty"),
    (
      "permissive: true",
      "listeners[0].tls.certificates: is missing: what should the listener show its clients?"
    ),
    (
      "certificates: [{certificate: '@a.crt', key: '@b.key'}]",
      "listeners[0].tls.certificates[0].key: `b.key` the private key does not belong to the certificate"
    ),
    (
      "certificates: [{certificate: '@none.crt', key: '@b.key'}]",
      "listeners[0].tls.certificates[0].certificate: `none.crt` cannot be read: No such file or directory"
    ),
    (
      "certificates: [{certificate: '@nonsense', key: '@b.key'}]",
      "listeners[0].tls.certificates[0].certificate: `nonsense` holds no certificate in PEM"
    ),
    (
      "certificates: [{certificate: '@broken', key: '@b.key'}]",
      "listeners[0].tls.certificates[0].certificate: `broken` holds a certificate that cannot be read"
    ),
    (
      "certificates: [{certificate: '@a.crt', key: '@ca.crt'}]",
      "listeners[0].tls.certificates[0].key: `ca.crt` holds no private key in PEM"
    ),
    (
      "certificates: [{certificate: '@a.crt', key: '@a.key', ocsp: '@ca.crt'}]",
      "listeners[0].tls.certificates[0].ocsp: `ca.crt` is no OCSP response in DER"
    ),
    (
      "certificates: [{certificate: '@a.crt', key: '@a.key'}], clientCertificates: {mode: require}",
      "listeners[0].tls.clientCertificates.trust: is missing: whose certificates may clients show?"
    ),
    (
      "certificates: [{certificate: '@a.crt', key: '@a.key'}], clientCertificates: {trust: ['@nonsense']}",
      "listeners[0].tls.clientCertificates.trust[0]: `nonsense` holds no certificate in PEM"
    ),
    (
      "certificates: [{certificate: '@a.crt', key: '@a.key'}], clientCertificates: {trust: ['@ca.crt'], crls: ['@a.crt']}",
      "listeners[0].tls.clientCertificates.crls[0]: `a.crt` holds no CRL in PEM"
    ),
    (
      "certificates: [{certificate: '@old.crt', key: '@old.key'}]",
      "listeners[0].tls.certificates[0].certificate: the certificate has expired"
    ),
    (
      "certificates: [{certificate: '@new.crt', key: '@new.key'}]",
      "listeners[0].tls.certificates[0].certificate: the certificate is not valid yet"
    ),
    (
      "certificates: [{certificate: '@a.crt', key: '@a.key'}], minVersion: TLSv1.1",
      "listeners[0].tls.minVersion: unknown value `TLSv1.1` (did you mean `TLSv1.2`? valid: TLSv1.2, TLSv1.3)"
    ),
  ]) func mistakesOfListeners(_ text: String, _ message: String) throws {
    #expect(listener(text, try Files()).messages == [message])
  }

  @Test(arguments: [
    (
      "trust: ['@ca.crt']",
      "services[0].tls.serverName: is missing: which name must the endpoints' certificate have? (or give `subjectAltNames`)"
    ),
    ("serverName: 'a b', trust: ['@ca.crt']", "services[0].tls.serverName: `a b` is no host name"),
    ("serverName: a, trust: ['@ca.crt'], certificate: '@a.crt'", "services[0].tls.key: is missing"),
    (
      "serverName: a, trust: ['@ca.crt'], subjectAltNames: [{}]",
      "services[0].tls.subjectAltNames[0]: names one of `dns`, `uri` and `ip`"
    ),
    (
      "serverName: a, trust: ['@ca.crt'], subjectAltNames: [{ip: a}]",
      "services[0].tls.subjectAltNames[0].ip: `a` is no IP address"
    ),
    (
      "serverName: a, trust: ['@ca.crt'], subjectAltNames: [{uri: 'spiffe://a/x*'}]",
      "services[0].tls.subjectAltNames[0].uri: `spiffe://a/x*` has a star within a segment: `*` stands for a whole one"
    ),
    (
      "serverName: a, trust: ['@ca.crt'], subjectAltNames: [{uri: 'spiffe://*/x'}]",
      "services[0].tls.subjectAltNames[0].uri: `spiffe://*/x` leaves the trust domain open: name it"
    ),
    (
      "serverName: a, trust: ['@ca.crt'], subjectAltNames: [{uri: 'https://a/*'}]",
      "services[0].tls.subjectAltNames[0].uri: `https://a/*`: only a SPIFFE ID may have stars"
    ),
    (
      "insecureSkipVerify: true, trust: ['@ca.crt']",
      "services[0].tls.trust: has no effect with `insecureSkipVerify: true`: take one of them out"
    ),
  ]) func mistakesOfServices(_ text: String, _ message: String) throws {
    #expect(service(text, try Files()).messages.contains(message))
  }

  @Test func everyFileThatIsWrongIsNamed() throws {
    let (_, messages) = listener(
      """
      certificates: [{certificate: '@none.crt', key: '@none.key', ocsp: '@none.der'}],
      clientCertificates: {trust: ['@none.ca', '@nonsense'], crls: ['@a.crt', '@none.crl']}
      """, try Files())
    let missing = "cannot be read: No such file or directory"
    #expect(
      messages == [
        "listeners[0].tls.certificates[0].certificate: `none.crt` \(missing)",
        "listeners[0].tls.certificates[0].key: `none.key` \(missing)",
        "listeners[0].tls.certificates[0].ocsp: `none.der` \(missing)",
        "listeners[0].tls.clientCertificates.trust[0]: `none.ca` \(missing)",
        "listeners[0].tls.clientCertificates.trust[1]: `nonsense` holds no certificate in PEM",
        "listeners[0].tls.clientCertificates.crls[0]: `a.crt` holds no CRL in PEM",
        "listeners[0].tls.clientCertificates.crls[1]: `none.crl` \(missing)",
      ])
  }

  @Test(arguments: [
    (0o644, "everybody on this system may read the private key `open.key`"),
    (0o660, "others than its owner may write the private key `open.key`"),
  ])
  func keysThatOthersCanUseAreWarnedAbout(_ mode: Int, _ message: String) throws {
    let files = try Files()
    try files.write(Self.authority.issue(CertificateProfile("open")), "open")
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: files.directory.appendingPathComponent("open.key").path)
    let (snapshot, messages) = listener("certificates: [{certificate: '@open.crt', key: '@open.key'}]", files)
    #expect(snapshot != nil)
    #expect(messages == ["listeners[0].tls.certificates[0].key: \(message)"])
  }

  /// What could be used, and would disappoint.
  @Test func whatIsUnwiseIsWarnedAbout() throws {
    let files = try Files()
    let shown = "certificates: [{certificate: '@a.crt', key: '@a.key'}"
    let place = "listeners[0].tls.certificates"
    func issue(_ name: String, _ names: String..., usage: String = "serverAuth,clientAuth", days: Double = 30)
      throws
    {
      var profile = CertificateProfile(name)
      (profile.alternativeNames, profile.extendedUsage, profile.to) = (names, usage, days)
      try files.write(Self.authority.issue(profile), name)
    }
    func second(_ name: String) -> [String] {
      listener(shown + ", {certificate: '@\(name).crt', key: '@\(name).key'}]", files).messages
    }
    try issue("same", "DNS:A.example")
    try issue("nameless")
    try issue("stars", "DNS:f*.a.example", "DNS:*.*.example")
    try issue("theirs", "DNS:c.example", usage: "clientAuth")
    try issue("brief", "DNS:d.example", days: 54.5 / 1_440)
    try issue("week", "DNS:e.example", days: 0.2)
    let never = "\(place)[1].certificate: no client is ever shown the certificate:"
    #expect(second("b") == [])
    for name in ["same", "stars"] {
      #expect(second(name) == ["\(never) an earlier one has its names, or nobody can ask for them"])
    }
    #expect(second("nameless") == ["\(never) it has no DNS name"])
    #expect(
      second("theirs") == ["\(place)[1].certificate: the certificate is not for servers: clients refuse it"])
    #expect(second("brief") == ["\(place)[1].certificate: the certificate expires in 54 minutes"])
    #expect(second("week") == ["\(place)[1].certificate: the certificate expires in 4 hours"])

    try issue("ours", "DNS:c.example", usage: "serverAuth")
    #expect(
      service("serverName: a, trust: ['@ca.crt'], certificate: '@ours.crt', key: '@ours.key'", files).messages
        == ["services[0].tls.certificate: the certificate is not for clients: endpoints refuse it"])
  }

  @Test func trustThatTrustsNobodyIsWarnedAbout() throws {
    let files = try Files()
    try files.write(Self.authority.revocations(of: [], days: -1), "old.crl")
    try files.write(Self.authority.revocations(of: [], days: 1), "soon.crl")
    func clients(_ text: String) -> [String] {
      listener(
        "certificates: [{certificate: '@a.crt', key: '@a.key'}], clientCertificates: {\(text)}", files
      ).messages
    }
    let place = "listeners[0].tls.clientCertificates"
    #expect(
      clients("trust: ['@ca.crt'], crls: ['@old.crl']")
        == ["\(place).crls[0]: the CRL is overdue: no certificate is taken"])
    let soon = clients("trust: ['@ca.crt'], crls: ['@soon.crl']")
    #expect(soon.count == 1 && soon[0].hasPrefix("\(place).crls[0]: the CRL is overdue in 2"), "\(soon)")
    #expect(
      clients("trust: ['@b.crt']")
        == ["\(place).trust[0]: `CN=b` is no authority: nothing is trusted by it but that certificate itself"]
    )
  }

  /// The leaf first, then who has signed it.
  @Test func chainsInDisorderAreToldAsSuch() throws {
    let files = try Files()
    let (a, b) = (
      Self.authority.issue(CertificateProfile("a", "DNS:a")),
      Self.authority.issue(CertificateProfile("b", "DNS:b"))
    )
    try files.write(a.key, "c.key")
    func chain(_ bytes: [UInt8]) throws -> [String] {
      try files.write(bytes, "c.crt")
      return listener("certificates: [{certificate: '@c.crt', key: '@c.key'}]", files).messages
    }
    let place = "listeners[0].tls.certificates[0].certificate"
    #expect(try chain(a.chain + Self.authority.pem) == [])
    #expect(
      try chain(Self.authority.pem + a.chain) == [
        "\(place): `c.crt` the private key belongs to certificate 2 of the file, which has to be the first: the leaf, then who has signed it"
      ])
    #expect(
      try chain(a.chain + b.chain) == [
        "\(place): certificate 2 of the file has not signed the one before it: clients may refuse the chain"
      ])
  }

  @Test func theRootsDotIsNoPartOfAName() throws {
    let (snapshot, messages) = service(
      "serverName: web.example., trust: ['@ca.crt'], subjectAltNames: [{dns: api.example.}]", try Files())
    #expect(messages.isEmpty)
    let source = try #require(snapshot?.services[0].tls?.source)
    #expect(source.serverName == "web.example" && source.names.map(\.description) == ["dns:api.example"])
    #expect(service("serverName: ., trust: ['@ca.crt']", try Files()).messages.count == 1)
  }

  @Test func whoSkipsVerificationIsWarned() throws {
    let (snapshot, messages) = service("insecureSkipVerify: true", try Files())
    #expect(snapshot?.services[0].tls?.isVerified == false)
    #expect(messages.count == 1)
    #expect(messages[0].contains("whoever is between here and there can read and change everything"))
  }

  @Test func keysOfWeakCertificatesAreRefused() throws {
    let (snapshot, messages) = listener(
      "certificates: [{certificate: '@weak.crt', key: '@weak.key'}]", try Files())
    #expect(snapshot == nil)
    #expect(messages.count == 1)
    #expect(messages[0].contains("too weak"))
  }
}
