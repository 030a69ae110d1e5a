public import HTTP
public import Policy
public import Primitives

/// What holds for the whole proxy.
public struct MeshSettings: Sendable {
  /// Threads that serve; nil: as many as CPU quota, affinity and cores allow.
  public var workers: Int?
  /// The admin server's address; nil: none.
  public var admin: SocketAddress?
  public var node = NodeSettings()
  /// Bounds on what peers may send in heads, chunk lines and trailers.
  public var limits = HTTPLimits()
  public var timeouts = Timeouts()
  /// Memory for each direction of an exchange before its sender is paused; the connections' own state is part of it.
  public var bufferSize = 64 << 10
  /// Bytes of a request's body held for a retry; what is longer is sent once.
  public var replayBound = 64 << 10
  /// Bytes a second that a request's body must bring, on average and but for `timeouts.body`; 0: any.
  public var bodyRate = MinimumRate().bytesPerSecond
  /// How often a request may come back to this process; 0: as often as it likes.
  public var loops = 5
  /// Clients' TLS handshakes that one worker has under way at a time; beyond, the oldest one ends.
  public var handshakes = 1024
  /// Memory may be written into cores, private keys and all.
  public var coreDumps = false
  /// Where what sources have found is kept, so that a later process can begin with it; nil: nowhere.
  public var lastGood: String?
  /// Where the rest of the configuration is; nil: there is none.
  public var rest: DocumentReference?
  public var dns = DNSSettings()
  /// Nil: etcd is not used.
  public var etcd: EtcdSettings?
  /// The cluster in which services are looked up; nil: none is.
  public var kubernetes: KubernetesSettings?
  /// The same as it was written; nil: names mean nothing in a cluster. It is there without `kubernetes` where the cluster is a
  /// pod's and this is none.
  public var cluster: ClusterSettings?
  public var tracing = TracingSettings()
  public var accessLog = AccessLogSettings()

  public init() {}
}
