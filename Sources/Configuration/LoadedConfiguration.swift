public import Mesh

/// What became of a configuration.
public struct LoadedConfiguration: Sendable {
  /// Nil where there is an error, or where a part is missing.
  public let snapshot: MeshSnapshot?
  /// What the file says where the rest, which it names, was not there to be read.
  public let beginning: MeshSettings?
  /// What the file said, where it names a rest and cannot be read again: standard input, a FIFO.
  public internal(set) var input: [UInt8]?
  /// How the own log is written; the standard where there is an error.
  public let log: LogSettings
  /// Errors and warnings, in the order of the file.
  public let diagnostics: [Diagnostic]

  init(
    snapshot: MeshSnapshot? = nil, beginning: MeshSettings? = nil, log: LogSettings = LogSettings(),
    diagnostics: [Diagnostic]
  ) {
    self.snapshot = snapshot
    self.beginning = beginning
    self.log = log
    self.diagnostics = diagnostics
  }

  public var isValid: Bool { snapshot != nil }

  /// Whether it may have to be put together with a rest.
  var mayNameRest: Bool { beginning != nil || snapshot?.settings.rest != nil }
}
