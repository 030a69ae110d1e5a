public import Mesh

/// With what the process was started, as far as that holds until it is started again.
public struct StartState: Sendable {
  /// Of these only what `MeshSettings.StartKey` names.
  public var settings: MeshSettings
  /// The command line says where the admin server listens, whatever the file says.
  public var isAdminGiven: Bool

  public init(_ settings: MeshSettings, isAdminGiven: Bool = false) {
    self.settings = settings
    self.isAdminGiven = isAdminGiven
  }

  /// What of that snapshot is not in effect.
  public func waiting(in snapshot: MeshSnapshot) -> [MeshSettings.StartKey] {
    settings.waiting(in: snapshot.settings, isAdminGiven: isAdminGiven)
  }
}
