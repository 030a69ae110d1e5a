internal import Identity
public import Mesh
internal import Reactor

/// Makes contexts anew when the files that they are made of have changed. New connections use them; those that are there
/// keep theirs.
public final class TLSRotation: FileRotation {
  /// A listener's or a service's contexts.
  private struct Target {
    enum Kind {
      case listener(ListenerTLS)
      case service(ServiceTLS)
    }

    let name: String
    let kind: Kind
    let paths: [String]
    /// The files that the last attempt was made with.
    var trails: [FileTrail]
    var fault: TLSFileError?
  }

  private var targets: [Target] = []
  /// Times that contexts were made anew, and times that files could not be used.
  public private(set) var renewals: UInt64 = 0
  public private(set) var failures: UInt64 = 0

  /// The snapshot's contexts are taken to be made of the files as they are now.
  public init(_ snapshot: MeshSnapshot) {
    for listener in snapshot.listeners {
      guard let tls = listener.tls else { continue }
      add("listener \(listener.name)", .listener(tls), Self.paths(of: tls.source))
    }
    for service in snapshot.services {
      guard let tls = service.tls else { continue }
      add("service \(service.name)", .service(tls), Self.paths(of: tls.source))
    }
    for keySet in snapshot.keySets {
      guard let tls = keySet.tls else { continue }
      add("key set of \(keySet.provider.name)", .service(tls), Self.paths(of: tls.source))
    }
  }

  private func add(_ name: String, _ kind: Target.Kind, _ paths: [String]) {
    guard !paths.isEmpty else { return }
    targets.append(Target(name: name, kind: kind, paths: paths, trails: paths.map { FileTrail($0) }))
  }

  public var subject: String { "TLS files" }

  public var directories: Set<String> {
    targets.reduce(into: []) { all, target in for trail in target.trails { all.formUnion(trail.directories) }
    }
  }

  /// Files that cannot be used at present, for people.
  public var problems: [String] {
    targets.compactMap { target in target.fault.map { "\(target.name) keeps its former TLS files: \($0)" } }
  }

  public func check() -> [RotationOutcome] {
    let files = TLSFiles()
    return targets.indices.compactMap { check(&targets[$0], files) }
  }

  private func check(_ target: inout Target, _ files: TLSFiles) -> RotationOutcome? {
    let trails = target.paths.map { FileTrail($0) }
    if trails == target.trails { return nil }
    target.trails = trails
    do throws(TLSFileError) {
      try Self.renew(target.kind, files)
      target.fault = nil
      renewals += 1
    } catch {
      target.fault = error
      failures += 1
    }
    return RotationOutcome(
      owner: target.name, file: target.fault?.path ?? "", fault: target.fault?.message)
  }

  private static func renew(_ kind: Target.Kind, _ files: TLSFiles) throws(TLSFileError) {
    switch kind {
    case .listener(let tls):
      let keys = tls.contexts.current.settings.ticketKeys
      tls.contexts.replace(try files.context(of: tls.source, keys: keys))
    case .service(let tls): tls.contexts.replace(try files.context(of: tls.source))
    }
  }

  private static func paths(of source: ListenerTLS.Source) -> [String] {
    source.certificates.flatMap(paths) + paths(of: source.trust)
  }

  private static func paths(of source: ServiceTLS.Source) -> [String] {
    (source.certificate.map(paths) ?? []) + paths(of: source.trust)
  }

  private static func paths(of files: CertificateFiles) -> [String] {
    [files.certificate, files.key] + (files.ocsp.map { [$0] } ?? [])
  }

  /// The system's authorities change with the system's packages, which nobody waits for.
  private static func paths(of files: TrustFiles?) -> [String] {
    (files?.authorities ?? []) + (files?.revocations ?? [])
  }
}
