internal import Admin
internal import Client
internal import Configuration
internal import Discovery
internal import Mesh
internal import Primitives
internal import Reactor
internal import Telemetry

/// Follows the part of the configuration that lives in etcd or in a ConfigMap, where there is one. The control loop's
/// thread.
final class ConfigurationCentre {
  /// As it was heard last; nil: nothing has been.
  private(set) var text: ConfigurationText?

  private let loop: EventLoop
  private let dispatcher: EventDispatcher
  private let kind: UInt8
  private let sources: DiscoverySources
  private let client: HTTPClient
  private let heard: () -> Void
  private var seed: UInt64
  private var source: (any DocumentSource)?
  private var reference: DocumentReference?
  /// With what the source asks.
  private var etcd: EtcdClient?
  private var kubernetes: KubernetesSettings?

  /// - Parameters:
  ///   - kind: of the source's tokens.
  ///   - heard: called when there is another text.
  init(
    _ sources: DiscoverySources, client: HTTPClient, on loop: EventLoop, dispatcher: EventDispatcher,
    kind: UInt8, seed: UInt64, heard: @escaping () -> Void
  ) {
    self.sources = sources
    self.client = client
    self.loop = loop
    self.dispatcher = dispatcher
    self.kind = kind
    self.seed = seed
    self.heard = heard
  }

  /// Nil where the configuration is a file and nothing else.
  var state: CentreState? {
    guard let reference else { return nil }
    var state = CentreState(place: reference.description)
    state.revision = source?.present?.revision ?? ""
    state.fault = source?.fault ?? (source?.present == nil ? "no answer yet" : nil)
    if state.fault == nil, source?.present?.bytes == nil {
      state.fault = "there is nothing" + (text == nil ? " yet" : " any more")
    }
    return state
  }

  /// It has been looked for, and there is none.
  var isMissing: Bool { text == nil && source?.present != nil && source?.present?.bytes == nil }

  /// Follows what the settings name from now on, and nothing else.
  /// - Parameter known: what was heard from there before, by whoever waited for the first text.
  func follow(_ settings: MeshSettings, having known: ConfigurationText? = nil) {
    let etcd = Self.isInEtcd(settings.rest) ? sources.etcdClient() : nil
    let kubernetes = Self.isInEtcd(settings.rest) ? nil : settings.kubernetes
    if settings.rest == reference, etcd === self.etcd, kubernetes == self.kubernetes { return }
    stop()
    if settings.rest != reference { text = known }
    reference = settings.rest
    self.etcd = etcd
    self.kubernetes = kubernetes
    guard let reference else { return }
    seed &+= 1
    source = begin(reference, seed)
    if let source { dispatcher.replace(source, kinds: kind...kind) }
  }

  func stop() {
    source?.stop()
    source = nil
  }

  private static func isInEtcd(_ reference: DocumentReference?) -> Bool {
    if case .etcd = reference { true } else { false }
  }

  private func begin(_ reference: DocumentReference, _ seed: UInt64) -> (any DocumentSource)? {
    let take = { [weak self] (version: DocumentVersion) -> Void in self?.take(version, of: reference) }
    switch reference {
    case .etcd(let key):
      return etcd.map { EtcdDocument(key, $0, on: loop, kind: kind, seed: seed, heard: take) }
    case .kubernetes(let namespace, let map, let key):
      return kubernetes.map {
        KubernetesDocument(
          namespace: namespace, configMap: map, key: key, $0, client: client, on: loop, kind: kind,
          seed: seed, heard: take)
      }
    }
  }

  private func take(_ version: DocumentVersion, of reference: DocumentReference) {
    guard reference == self.reference else { return }
    guard let bytes = version.bytes else {
      Log.warning(
        text == nil ? "there is no configuration yet" : "the configuration is gone, the former one goes on",
        ["place": .string(reference.description), "reason": .string(source?.fault ?? "there is no such key")])
      return
    }
    let fresh = ConfigurationText(reference, bytes)
    if fresh == text { return }
    text = fresh
    heard()
  }
}
