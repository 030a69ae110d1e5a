internal import Client
internal import DNS
internal import Discovery
internal import Mesh
internal import Primitives
internal import Reactor

/// The sources of endpoints that the configuration has: each is made when somebody asks it first, and anew when its
/// settings are others. The control loop's thread.
final class DiscoverySources {
  private let loop: EventLoop
  private let dispatcher: EventDispatcher
  private let client: HTTPClient
  private let resolver: DNSResolver
  /// Of the first source's tokens.
  private let kind: UInt8
  private var settings: MeshSettings
  private var seed: UInt64
  private weak var dns: DNSSource?
  private var etcd: EtcdClient?

  init(
    _ settings: MeshSettings, client: HTTPClient, resolver: DNSResolver, on loop: EventLoop,
    dispatcher: EventDispatcher, kind: UInt8, seed: UInt64
  ) {
    self.settings = settings
    self.client = client
    self.resolver = resolver
    self.loop = loop
    self.dispatcher = dispatcher
    self.kind = kind
    self.seed = seed
  }

  /// Nil where the configuration does not say where the source is.
  func make(_ kind: SourceKind, _ sink: any MeshSink) -> (any MeshSource)? {
    seed &+= 1
    let own = self.kind + UInt8(SourceKind.allCases.firstIndex(of: kind) ?? 0)
    let source: (any MeshSource & EventHandler)?
    switch kind {
    case .dns:
      let made = DNSSource(settings.dns, resolver: resolver, on: loop, kind: own, sink: sink, seed: seed)
      dns = made
      source = made
    case .etcd:
      source = etcdClient().map { EtcdSource($0, on: loop, kind: own, sink: sink, seed: seed) }
    case .kubernetes:
      source = settings.kubernetes.map {
        KubernetesSource($0, client: client, on: loop, kind: own, sink: sink, seed: seed)
      }
    }
    if let source { dispatcher.replace(source, kinds: own...own) }
    return source
  }

  /// One for everybody who asks etcd.
  func etcdClient() -> EtcdClient? {
    if etcd == nil {
      seed &+= 1
      etcd = settings.etcd.map { EtcdClient($0, client: client, seed: seed) }
    }
    return etcd
  }

  /// Goes on with other settings. Returns the sources that have to be made anew.
  func adopt(_ fresh: MeshSettings) -> [SourceKind] {
    let before = settings
    settings = fresh
    dns?.adopt(fresh.dns)
    var others: [SourceKind] = []
    if !Self.asksAlike(before.etcd, fresh.etcd) {
      etcd = nil
      others.append(.etcd)
    }
    if before.kubernetes != fresh.kubernetes { others.append(.kubernetes) }
    return others
  }

  private static func asksAlike(_ before: EtcdSettings?, _ after: EtcdSettings?) -> Bool {
    guard let before, let after else { return before == nil && after == nil }
    return before.asksAs(after)
  }
}
