internal import Identity
public import Mesh

/// Reads key sets anew when their files have changed. One that cannot be used changes nothing: the former keys go on.
/// Control thread only.
public final class KeySetRotation {
  /// What a look at the files has led to.
  public struct Outcome: Sendable, Equatable {
    public let provider: String
    public let file: String
    /// Nil: the new keys are in use.
    public let fault: String?
  }

  private struct Target {
    let provider: TokenProvider
    /// Of the file that was looked at last.
    var stamp: FileStamp?
  }

  private var targets: [Target]

  /// The snapshot's keys are taken to be those that the files have now.
  public init(_ snapshot: MeshSnapshot) {
    let policies = snapshot.listeners.compactMap(\.tokens) + snapshot.routes.rules.compactMap(\.tokens)
    var seen: Set<ObjectIdentifier> = []
    targets = policies.flatMap(\.providers)
      .filter { !$0.keyFile.isEmpty && seen.insert(ObjectIdentifier($0)).inserted }
      .map { Target(provider: $0, stamp: FileStamp($0.keyFile)) }
  }

  public var isEmpty: Bool { targets.isEmpty }

  public func check() -> [Outcome] { targets.indices.compactMap { check(&targets[$0]) } }

  private func check(_ target: inout Target) -> Outcome? {
    let (provider, stamp) = (target.provider, FileStamp(target.provider.keyFile))
    if stamp == target.stamp { return nil }
    target.stamp = stamp
    var fault: String?
    do throws(KeySetFile.Failure) {
      provider.replaceKeys(try KeySetFile.read(provider.keyFile))
    } catch {
      fault = error.message
    }
    return Outcome(provider: provider.name, file: provider.keyFile, fault: fault)
  }
}
