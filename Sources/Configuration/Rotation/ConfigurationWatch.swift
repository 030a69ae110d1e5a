/// Notices that a configuration's file is another one: written to, replaced, or reached by another link, as Kubernetes does
/// with the `..data` of a ConfigMap. Control thread.
public final class ConfigurationWatch: FileRotation {
  private let path: String
  private var trail: FileTrail
  private let changed: () -> Void
  private let looked: () -> Void

  /// The file is taken to be loaded as it is now.
  /// - Parameter looked: called where it is the same, for what was refused and may be usable by now.
  public init(_ path: String, changed: @escaping () -> Void, looked: @escaping () -> Void) {
    self.path = path
    self.changed = changed
    self.looked = looked
    trail = FileTrail(path)
  }

  public var subject: String { "configuration" }
  public var directories: Set<String> { trail.directories }

  /// It is loaded now, whatever it is.
  public func note() { trail = FileTrail(path) }

  /// Whoever is called says what came of it.
  public func check() -> [RotationOutcome] {
    let found = FileTrail(path)
    if found != trail {
      trail = found
      changed()
    } else {
      looked()
    }
    return []
  }
}
