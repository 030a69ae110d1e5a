internal import Glibc
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

      /// What the present context was made of.
      var trails: [FileTrail]? {
        switch self {
        case .listener(let tls): tls.contexts.origin as? [FileTrail]
        case .service(let tls): tls.contexts.origin as? [FileTrail]
        }
      }

      /// Whose contexts they are.
      var store: ObjectIdentifier {
        switch self {
        case .listener(let tls): ObjectIdentifier(tls.contexts)
        case .service(let tls): ObjectIdentifier(tls.contexts)
        }
      }
    }

    var name: String
    let kind: Kind
    let paths: [String]
    /// The files that the last attempt was made with.
    var trails: [FileTrail]
    /// Why the former files go on.
    var fault: TLSFileError?
    /// What is wrong with OCSP responses, which are left out.
    var responseFaults: [TLSFileError] = []

    /// What cannot be used may be usable at the next look: descriptors may have been short, for one.
    var isAtFault: Bool { fault != nil || !responseFaults.isEmpty }

    /// For people.
    var problem: String? {
      if let fault { return "\(name) keeps its former TLS files: \(fault)" }
      if responseFaults.isEmpty { return nil }
      let shown = responseFaults.map(\.description).joined(separator: "; ")
      return "\(name) has no new OCSP response: \(shown)"
    }
  }

  private var targets: [Target] = []
  /// Times that contexts were made anew, and times that files could not be used.
  public private(set) var renewals: UInt64 = 0
  public private(set) var failures: UInt64 = 0

  /// - Parameter former: what could not be used of it goes on being at fault.
  public init(_ snapshot: MeshSnapshot, after former: TLSRotation? = nil) {
    renewals = former?.renewals ?? 0
    failures = former?.failures ?? 0
    for listener in snapshot.listeners {
      guard let tls = listener.tls else { continue }
      add("listener \(listener.name)", .listener(tls), tls.source.files, former)
    }
    for service in snapshot.services {
      guard let tls = service.tls else { continue }
      add("service \(service.name)", .service(tls), tls.source.files, former)
    }
    for keySet in snapshot.keySets {
      guard let tls = keySet.tls else { continue }
      add("key set of \(keySet.provider.name)", .service(tls), tls.source.files, former)
    }
    for member in snapshot.settings.etcd?.members ?? [] {
      guard let tls = member.tls else { continue }
      add("etcd at \(member.url)", .service(tls), tls.source.files, former)
    }
  }

  private func add(_ name: String, _ kind: Target.Kind, _ paths: [String], _ former: TLSRotation?) {
    guard !paths.isEmpty else { return }
    if var known = former?.targets.first(where: { $0.kind.store == kind.store }) {
      known.name = name
      return targets.append(known)
    }
    targets.append(Target(name: name, kind: kind, paths: paths, trails: kind.trails ?? []))
  }

  public var subject: String { "TLS files" }

  public var directories: Set<String> {
    targets.reduce(into: []) { all, target in for trail in target.trails { all.formUnion(trail.directories) }
    }
  }

  /// Files that cannot be used at present, for people: one text for each listener and service.
  public var problems: [String] { targets.compactMap(\.problem) }

  public func check() -> [RotationOutcome] {
    let files = TLSFiles()
    return targets.indices.flatMap { check(&targets[$0], files) }
  }

  /// Says only what it has not said last time.
  private func check(_ target: inout Target, _ files: TLSFiles) -> [RotationOutcome] {
    let isChanged = target.paths.map { FileTrail($0) } != target.trails
    guard isChanged || target.isAtFault else { return [] }
    let former = (fault: target.fault, responses: target.responseFaults)
    do throws(TLSFileError) {
      let fresh = try Self.renewal(of: target.kind, files)
      guard settle(&target, files) else { return [] }
      let isNews = isChanged || former.fault != nil || fresh.responseFaults != former.responses
      guard isNews else { return [] }
      fresh.use()
      target.fault = nil
      target.responseFaults = fresh.responseFaults
      renewals += 1
      let said = fresh.responseFaults.filter { !former.responses.contains($0) }
      return [RotationOutcome(owner: target.name)]
        + fresh.remarks.map { RotationOutcome(owner: target.name, file: $0.path, remark: $0.message) }
        + said.map {
          RotationOutcome(owner: target.name, file: $0.path, fault: $0.message, restIsUsed: true)
        }
    } catch {
      guard settle(&target, files) else { return [] }
      let isNews = error != former.fault
      target.fault = error
      if isChanged || isNews { failures += 1 }
      return isNews ? [RotationOutcome(owner: target.name, file: error.path, fault: error.message)] : []
    }
  }

  /// Notes what was read. False where files have changed since the first of them was: some may be of another version than
  /// others, so nothing is made of them, and nothing said, before the next look, which that change brings about.
  private func settle(_ target: inout Target, _ files: TLSFiles) -> Bool {
    let trails = files.trails(of: target.paths)
    guard trails == target.paths.map({ FileTrail($0) }) else { return false }
    target.trails = trails
    return true
  }

  /// What was made of the files, and how it comes into use.
  private struct Renewal {
    let remarks: [TLSRemark]
    var responseFaults: [TLSFileError] = []
    let use: () -> Void
  }

  private static func renewal(of kind: Target.Kind, _ files: TLSFiles) throws(TLSFileError) -> Renewal {
    switch kind {
    case .listener(let tls):
      let fresh = try files.context(of: tls.source, replacing: tls.contexts.current)
      let trails = files.trails(of: tls.source.files)
      let remarks = TLSRemark.all(of: tls.source, fresh.context, now: Int64(time(nil)))
      return Renewal(remarks: remarks, responseFaults: fresh.responseFaults) {
        tls.contexts.replace(fresh.context, origin: trails)
      }
    case .service(let tls):
      let fresh = try files.context(of: tls.source)
      let trails = files.trails(of: tls.source.files)
      let remarks = TLSRemark.all(of: tls.source, fresh, now: Int64(time(nil)))
      return Renewal(remarks: remarks) { tls.contexts.replace(fresh, origin: trails) }
    }
  }
}
