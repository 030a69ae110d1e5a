/// How the part of the configuration is that does not live in its file.
public struct CentreState: Sendable {
  /// Where it lives: `etcd:/apus/edge.yaml`.
  public var place: String
  /// Its source's name for the version that was heard last; empty: none was.
  public var revision = ""
  /// Why a former one may go on, for people.
  public var fault: String?

  public init(place: String) { self.place = place }
}
