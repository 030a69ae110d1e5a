public import Mesh

/// What became of a configuration.
public struct LoadedConfiguration: Sendable {
  /// Nil where there is an error.
  public let snapshot: MeshSnapshot?
  /// How the own log is written; the standard where there is an error.
  public let log: LogSettings
  /// Errors and warnings, in the order of the file.
  public let diagnostics: [Diagnostic]

  public var isValid: Bool { snapshot != nil }
}
