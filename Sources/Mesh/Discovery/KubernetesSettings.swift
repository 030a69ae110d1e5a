public import HTTP
public import Primitives

/// How the API server of a cluster is reached, and who this proxy is there: `kubernetes` of the configuration.
public struct KubernetesSettings: Hashable, Sendable {
  /// A token, a certificate or a key.
  public enum Material: Hashable, Sendable {
    /// Read again as it changes.
    case file(String)
    case bytes([UInt8])
  }

  /// Its path, if it has one, stands in front of every request's.
  public var server: HTTPURL
  /// Authorities in PEM; nil: the system's.
  public var trust: Material?
  /// Nil: the server's host. Its certificate has to have this name, and it is sent as SNI.
  public var serverName: String?
  /// Whether the server has to show who it is.
  public var isVerified = true
  public var token: Material?
  /// In PEM, both or neither.
  public var certificate: Material?
  public var key: Material?
  /// In which names are meant that say none.
  public var namespace = "default"
  /// What the names of all services end in.
  public var domain = Self.standardDomain
  /// Where this proxy runs, for hints; empty: nobody knows.
  public var zone = ""

  /// How long the server may say nothing where it has to, before it counts as gone. 1 s … 10 min.
  public var timeout = Self.standardTimeout

  public static let standardTimeout = Interval.seconds(30)
  public static let standardDomain = "cluster.local"

  public init(server: HTTPURL) { self.server = server }
}
