/// What is used once, when the process starts.
extension MeshSettings {
  /// By its key in the configuration.
  public enum StartKey: String, CaseIterable, Sendable { case workers, admin, accessLog }

  /// What another configuration says otherwise, which is only heard when the process is started again.
  /// - Parameter isAdminGiven: the command line says where the admin server listens, now as then.
  public func waiting(in other: MeshSettings, isAdminGiven: Bool = false) -> [StartKey] {
    StartKey.allCases.filter { key in
      switch key {
      case .workers: workers != other.workers
      case .admin: !isAdminGiven && admin != other.admin
      case .accessLog: accessLog != other.accessLog
      }
    }
  }
}
