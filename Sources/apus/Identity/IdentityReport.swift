internal import Identity
internal import Primitives
internal import Telemetry

/// What `apus identity` prints.
enum IdentityReport {
  /// The files that were made, and how a configuration uses them.
  static func made(_ files: [String], _ plan: IdentityPlan) -> String {
    let directory = plan.directory
    let service = plan.services[0]
    var lines = [
      "Made in \(directory):",
      row("ca.crt, ca.key", "the authority of \(plan.authority), for ten years"),
    ]
    for each in plan.services {
      lines.append(row("\(each.name).crt, \(each.name).key", "\(each.id), for \(plan.days) days"))
    }
    lines += [
      "",
      "In the configuration of \(service.name)'s proxy, for those who call it and those it calls:",
      "",
      "listeners:",
      "- name: inbound",
      "  address: \":8443\"",
      "  tls:",
      "    certificates: [{certificate: \(directory)/\(service.name).crt, key: \(directory)/\(service.name).key}]",
      "    clientCertificates: {trust: [\(directory)/ca.crt], mode: require}",
      "services:",
      "- name: other",
      "  endpoints: [\"10.0.0.5:8443\"]",
      "  tls: {trust: [\(directory)/ca.crt], certificate: \(directory)/\(service.name).crt, "
        + "key: \(directory)/\(service.name).key}",
      "",
    ]
    return lines.joined(separator: "\n")
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
      ("URI", certificate.uris), ("DNS", certificate.dnsNames), ("IP", certificate.ipAddresses),
      ("email", certificate.emails),
    ] where !names.isEmpty { fields.append((kind, names.joined(separator: ", "))) }
    fields += [
      ("authority", certificate.isAuthority ? "yes" : "no"), ("key", certificate.key),
      ("serial", certificate.serial), ("SHA-256", certificate.fingerprintText),
      ("valid", validity(of: certificate, now: now)),
    ]
    return fields
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
