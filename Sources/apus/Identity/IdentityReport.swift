internal import Certificates
internal import Identity
internal import Primitives
internal import Telemetry

/// What `apus identity` prints.
enum IdentityReport {
  /// The files that were made, and how a configuration uses them.
  static func made(_ plan: IdentityPlan) -> String {
    var lines = [
      "Made in \(plan.directory):",
      row("ca.crt, ca.key", "the authority of \(plan.authority), for ten years"),
    ]
    for each in plan.services {
      lines.append(row("\(each.name).crt, \(each.name).key", "\(each.id), for \(plan.days) days"))
    }
    lines += ["", "In the configuration of \(plan.services[0].name)'s proxy:", ""]
    return (lines + configuration(plan) + [""]).joined(separator: "\n")
  }

  /// Of the first service's proxy, which the others call and which calls the second one.
  private static func configuration(_ plan: IdentityPlan) -> [String] {
    func file(_ name: String) -> String { "\(plan.directory)/\(name)" }
    let own =
      "certificate: \(file("\(plan.services[0].name).crt")), key: \(file("\(plan.services[0].name).key"))"
    let other = plan.services.count > 1 ? plan.services[1] : nil
    return [
      "listeners:",
      "- name: inbound",
      "  address: \":8443\"",
      "  tls:",
      "    certificates: [{\(own)}]",
      "    clientCertificates: {trust: [\(file("ca.crt"))], mode: require}",
      "services:",
      "- name: \(other?.name ?? "other")",
      "  endpoints: [\"10.0.0.5:8443\"]",
      "  tls:",
      "    subjectAltNames: [{uri: \"\(other.map { "\($0.id)" } ?? "\(plan.authority)/**")\"}]",
      "    trust: [\(file("ca.crt"))]",
      "    certificate: \(file("\(plan.services[0].name).crt"))",
      "    key: \(file("\(plan.services[0].name).key"))",
    ]
  }

  private static func row(_ files: String, _ text: String) -> String {
    "  " + files + String(repeating: " ", count: max(2, 24 - files.count)) + text
  }

  /// - Parameter now: seconds since 1970.
  static func shown(_ certificates: [CertificateDescription], file: String, now: Int64) -> String {
    certificates.enumerated().map { index, certificate in
      let place = certificates.count == 1 ? file : "\(file), certificate \(index + 1)"
      return "\(place):\n" + fields(of: certificate, now: now).map { "  \($0): \($1)\n" }.joined()
    }.joined()
  }

  private static func fields(of certificate: CertificateDescription, now: Int64) -> [(String, String)] {
    var fields = [("subject", certificate.subject), ("issuer", certificate.issuer)]
    if let id = PeerIdentity(certificate).spiffeID { fields.append(("SPIFFE ID", "\(id)")) }
    for (kind, names) in [
      ("URI", certificate.uris), ("DNS", certificate.dnsNames), ("IP", certificate.addresses.map(address)),
      ("email", certificate.emails),
    ] where !names.isEmpty { fields.append((kind, names.joined(separator: ", "))) }
    fields += [
      ("authority", certificate.isAuthority ? "yes" : "no"), ("key", certificate.key),
      ("serial", certificate.serial), ("SHA-256", certificate.fingerprintText),
      ("valid", validity(of: certificate, now: now)),
    ]
    return fields
  }

  private static func address(_ bytes: [UInt8]) -> String {
    func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    return bytes.count == 4
      ? SocketAddress.v4(address: UInt32(number(bytes[...])), port: 0).host
      : SocketAddress.v6(high: number(bytes[..<8]), low: number(bytes[8...]), port: 0).host
  }

  /// The one question that people have, answered first.
  private static func validity(of certificate: CertificateDescription, now: Int64) -> String {
    let days = (certificate.notAfter - now) / 86_400
    if now < certificate.notBefore { return "not yet, from \(date(certificate.notBefore)) on" }
    if now > certificate.notAfter { return "no longer, it was until \(date(certificate.notAfter))" }
    return "for \(days) \(days == 1 ? "day" : "days") more, until \(date(certificate.notAfter))"
  }

  /// The day in UTC, `2026-11-26`.
  private static func date(_ seconds: Int64) -> String {
    var formatter = TimestampFormatter()
    var text = ByteBuffer()
    // What is beyond the formatter's years no program means.
    formatter.append(nanoseconds: min(max(seconds, 0), 9_000_000_000) * 1_000_000_000, to: &text)
    return String((0..<10).map { Character(Unicode.Scalar(text[$0])) })
  }
}
