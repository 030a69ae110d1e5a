internal import Mesh

/// A configuration as it was written, with defaults filled in and places kept. References are not resolved yet.
struct ConfigurationDocument {
  var settings = MeshSettings()
  var log = LogSettings()
  /// Where the admin address was given; nil: not at all.
  var admin: Located<String>?
  /// Empty: `defaultListener`.
  var listeners: [ListenerSpecification] = []
  /// Empty: see `SnapshotBuilder`.
  var routes: [RouteSpecification] = []
  var services: [ServiceSpecification] = []
  /// Whose bearer tokens are believed.
  var tokenProviders: [TokenProviderSpecification] = []
  /// What names mean in the cluster; nil where no cluster is asked.
  var clusterNames: KubernetesName? { settings.cluster?.names }
}

extension ConfigurationDocument {
  /// Reads the whole document; everything that is wrong with it goes to `context`.
  init(_ root: Block) {
    SettingsDecoder(root).decode(into: &self)
    listeners = root.blocks("listeners").map(ListenerSpecification.init)
    routes = root.blocks("routes").map(RouteSpecification.init)
    services = root.blocks("services").map { ServiceSpecification($0, defaults: settings.timeouts) }
    if let jwt = root.block("jwt") {
      tokenProviders = jwt.blocks("providers").map(TokenProviderSpecification.init)
      jwt.finish()
    }
    settings.rest = RestDecoder.decode(root)
    let cluster = KubernetesDecoder.decode(root, need: needOfKubernetes(root), zone: settings.node.zone)
    settings.kubernetes = cluster.settings
    settings.cluster = cluster.written
    if !root.has("etcd"), let service = services.first(where: { $0.reference?.source == .etcd }) {
      root.context.error(
        service.name,
        "the endpoints of `\(service.name.value.shortened)` are in etcd, and no `etcd: {endpoints: […]}` says where it is"
      )
    }
    if !root.has("etcd"), case .etcd = settings.rest {
      root.error("configuration", "is in etcd, and no `etcd: {endpoints: […]}` says where that is")
    }
    root.passOver("afterRestart", "has no effect: by it `/config` says what waits for the next start")
    root.refuse(["xds"])
    root.finish()
  }

  /// What there is to be looked up there first.
  private func needOfKubernetes(_ root: Block) -> Located<String>? {
    if case .kubernetes = settings.rest, let node = root.node("configuration") {
      return Located(value: "the rest of the configuration is", mark: node.mark, path: "configuration")
    }
    guard let service = services.first(where: { $0.reference?.source == .kubernetes }) else { return nil }
    var need = service.name
    need.value = "the endpoints of `\(need.value.shortened)` are"
    return need
  }
}
