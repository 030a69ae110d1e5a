internal import Certificates
internal import Identity

/// What `apus identity init` was asked for: an authority and some services, each with its files.
struct IdentityPlan {
  struct Service: Equatable {
    let id: SPIFFEID
    /// What its files are called, and a DNS name of it: the last part of its path.
    let name: String
  }

  let directory: String
  let authority: SPIFFEID
  let services: [Service]
  let dnsNames: [String]
  let days: Int64
  let replaces: Bool

  /// Days that an authority is valid, and a service at most.
  static let longest: Int64 = 3650

  init(_ arguments: ParsedArguments, services paths: [String]) throws(UsageError) {
    guard let directory = arguments.value("directory") else {
      throw IdentityCommand.usage("'--directory DIR' is missing")
    }
    guard let domain = arguments.value("trust-domain") else {
      throw IdentityCommand.usage("'--trust-domain NAME' is missing")
    }
    if paths.isEmpty { throw IdentityCommand.usage("SERVICE is missing: for whom are certificates made?") }
    self.directory = directory
    authority = try Self.id("spiffe://\(domain)")
    guard authority.path.isEmpty else {
      throw IdentityCommand.usage("'--trust-domain' is a name without a path, not '\(domain)'")
    }
    var services: [Service] = []
    for path in paths {
      let id = try Self.id("spiffe://\(domain)/\(path)")
      let name = String(id.path.split(separator: "/").last ?? "")
      if name == "ca" { throw IdentityCommand.usage("'\(path)' cannot be a service: ca is the authority") }
      if let other = services.first(where: { $0.name == name }) {
        throw IdentityCommand.usage(
          "\(other.id) and \(id) would have the same files, \(name).crt and \(name).key")
      }
      services.append(Service(id: id, name: name))
    }
    self.services = services
    dnsNames = arguments.all("dns")
    for name in dnsNames where !DNSNamePattern.isName(name) {
      throw IdentityCommand.usage("'--dns' is a DNS name, not '\(name)'")
    }
    days = try Self.days(arguments)
    replaces = arguments.has("force")
  }

  private static func id(_ text: String) throws(UsageError) -> SPIFFEID {
    do throws(SPIFFEIDError) {
      return try SPIFFEID(text)
    } catch {
      throw IdentityCommand.usage("\(text) \(error.reason)")
    }
  }

  private static func days(_ arguments: ParsedArguments) throws(UsageError) -> Int64 {
    guard let text = arguments.value("days") else { return 90 }
    guard let days = Int64(text), 1...longest ~= days else {
      throw IdentityCommand.usage("'--days' is a number from 1 to \(longest), not '\(text)'")
    }
    return days
  }

  /// Makes keys and certificates, and puts them into `batch`. Nothing is written yet.
  /// - Parameter now: seconds since 1970.
  func issue(into batch: inout FileBatch, now: Int64) throws(FileBatch.Failure) {
    do throws(IssuingError) {
      let ca = try CertificateAuthority(authority, validity: Validity(days: Self.longest, from: now))
      batch.add("ca", ca.issued)
      for service in services {
        // What is no host's name is none in a certificate either.
        let own = DNSNamePattern.isName(service.name) ? [service.name] : []
        let issued = try ca.issue(
          service.id, dnsNames: own + dnsNames.filter { $0 != service.name },
          validity: Validity(days: days, from: now))
        batch.add(service.name, issued)
      }
    } catch {
      throw FileBatch.Failure(path: directory, message: "nothing was made: \(error)")
    }
  }
}

extension FileBatch {
  fileprivate mutating func add(_ name: String, _ issued: CertificateAuthority.Issued) {
    files.append(File(name: "\(name).crt", contents: issued.certificate, mode: 0o644))
    files.append(File(name: "\(name).key", contents: issued.key, mode: 0o600))
  }
}
