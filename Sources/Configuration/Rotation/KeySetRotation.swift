internal import Identity
public import Mesh

/// Reads key sets anew when their files have changed.
public final class KeySetRotation: FileRotation {
  private struct Target {
    let provider: TokenProvider
    /// The file that was looked at last.
    var trail: FileTrail
    /// Why the former keys go on.
    var fault: String?
  }

  private var targets: [Target]

  public init(_ snapshot: MeshSnapshot) {
    targets = snapshot.tokenProviders.filter { !$0.keyFile.isEmpty }
      .map { Target(provider: $0, trail: $0.keyOrigin as? FileTrail ?? FileTrail($0.keyFile)) }
  }

  public var subject: String { "key set" }

  public var directories: Set<String> {
    targets.reduce(into: []) { all, target in all.formUnion(target.trail.directories) }
  }

  public func check() -> [RotationOutcome] { targets.indices.compactMap { check(&targets[$0]) } }

  private func check(_ target: inout Target) -> RotationOutcome? {
    let (provider, trail) = (target.provider, FileTrail(target.provider.keyFile))
    // What could not be read may be readable at the next look.
    guard trail != target.trail || target.fault != nil else { return nil }
    target.trail = trail
    let owner = "provider \(provider.name)"
    do throws(KeySetFile.Failure) {
      provider.replaceKeys(try KeySetFile.read(provider.keyFile))
      target.fault = nil
      return RotationOutcome(owner: owner)
    } catch {
      if error.message == target.fault { return nil }
      target.fault = error.message
      return RotationOutcome(owner: owner, file: provider.keyFile, fault: error.message)
    }
  }
}
