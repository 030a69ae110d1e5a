public import HTTP
public import Primitives

/// Where etcd is, and what one says there of oneself.
public struct EtcdSettings: Sendable {
  /// Members of one cluster, of which any does.
  public struct Member: Sendable {
    public let url: HTTPURL
    /// Nil: plain HTTP.
    public let tls: ServiceTLS?

    public init(url: HTTPURL, tls: ServiceTLS? = nil) {
      self.url = url
      self.tls = tls
    }
  }

  public struct Credentials: Equatable, Sendable {
    public let user: String
    public let password: String

    public init(user: String, password: String) {
      self.user = user
      self.password = password
    }
  }

  /// At least one.
  public var members: [Member]
  /// Nil: etcd asks for no password, or knows us by our certificate.
  public var credentials: Credentials?
  /// Nil: this process announces nothing.
  public var registration: EtcdRegistrationSettings?
  /// How long a member may say nothing while a watch is open there, before another one is asked. 1 s … 10 min.
  public var timeout = Interval.seconds(15)

  public init(members: [Member]) { self.members = members }

  /// Whether who asks etcd so need not begin anew; registrations apart.
  public func asksAs(_ other: EtcdSettings) -> Bool {
    credentials == other.credentials && timeout == other.timeout && members.count == other.members.count
      && zip(members, other.members).allSatisfy {
        $0.url == $1.url && $0.tls?.source == $1.tls?.source && $0.tls?.contexts === $1.tls?.contexts
      }
  }
}

/// A password is nothing for logs and dumps.
extension EtcdSettings.Credentials: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  public var description: String { "\(user):…" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}

/// What this process announces in etcd, for others to find it.
public struct EtcdRegistrationSettings: Equatable, Sendable {
  public var key: String
  /// Where others reach it.
  public var address: SocketAddress
  /// For how long the key outlives a process that has crashed: whole seconds.
  public var lifetime: Interval
  /// 1 … 1,000,000.
  public var weight: Int
  public var zone: String?
  /// For people and for others than Apus.
  public var metadata: [MetadataEntry]

  public static let standardLifetime = Interval.seconds(10)

  public init(
    key: String, address: SocketAddress, lifetime: Interval = standardLifetime, weight: Int = 1,
    zone: String? = nil, metadata: [MetadataEntry] = []
  ) {
    self.key = key
    self.address = address
    self.lifetime = lifetime
    self.weight = weight
    self.zone = zone
    self.metadata = metadata
  }
}
