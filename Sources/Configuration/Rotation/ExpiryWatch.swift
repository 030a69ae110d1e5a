internal import Certificates
internal import Glibc
public import Mesh

/// Notices that certificates, authorities, CRLs and OCSP responses in use come near their end while the proxy runs: each
/// stage is told once. What was so when it was loaded was told then.
public final class ExpiryWatch: FileRotation {
  private let snapshot: MeshSnapshot
  private let now: () -> Int64
  private var stages: [TLSExpiry: ValidityPeriod.Stage] = [:]

  /// - Parameter former: what it has told is not told again.
  public convenience init(_ snapshot: MeshSnapshot, after former: ExpiryWatch? = nil) {
    self.init(snapshot, after: former) { Int64(time(nil)) }
  }

  /// - Parameter now: seconds since 1970.
  init(_ snapshot: MeshSnapshot, after former: ExpiryWatch? = nil, now: @escaping () -> Int64) {
    self.snapshot = snapshot
    self.now = now
    stages = former?.stages ?? [:]
    _ = check()
  }

  public var subject: String { "TLS files" }
  public var directories: Set<String> { [] }

  public func check() -> [RotationOutcome] {
    let now = now()
    var found: [TLSExpiry: ValidityPeriod.Stage] = [:]
    var outcomes: [RotationOutcome] = []
    for expiry in snapshot.expiries where found[expiry] == nil {
      let stage = expiry.period.stage(at: now)
      found[expiry] = stage
      guard let known = stages[expiry], known < stage,
        let said = TLSRemark.ending(expiry.kind, expiry.period, now)
      else { continue }
      outcomes.append(
        RotationOutcome(owner: "\(expiry.owner) \(expiry.name)", file: expiry.file, remark: said))
    }
    stages = found
    return outcomes
  }
}
