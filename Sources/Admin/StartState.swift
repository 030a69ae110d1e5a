public import Mesh

/// With what the process was started, as far as that holds until it is started again.
public struct StartState: Sendable {
  /// Of these only what `MeshSettings.StartKey` names.
  public var settings: MeshSettings
  /// What the command line says, whatever the file says.
  public var given: Set<GivenKey>

  public init(_ settings: MeshSettings, given: Set<GivenKey> = []) {
    self.settings = settings
    self.given = given
  }

  /// What of that snapshot is not in effect.
  public func waiting(in snapshot: MeshSnapshot) -> [MeshSettings.StartKey] {
    settings.waiting(in: snapshot.settings, isAdminGiven: given.contains(.admin))
  }
}
