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
  var clusterNames: KubernetesName?
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
    var needsKubernetes = services.contains { $0.reference?.source == .kubernetes }
    if case .kubernetes = settings.rest { needsKubernetes = true }
    settings.kubernetes = KubernetesDecoder.decode(
      root, isNeeded: needsKubernetes, zone: settings.node.zone)
    if needsKubernetes || root.has("kubernetes") {
      // Where the cluster cannot be told, its names still are names.
      clusterNames =
        settings.kubernetes.map { KubernetesName(namespace: $0.namespace, domain: $0.domain) }
        ?? KubernetesName(namespace: "default")
    }
    if !root.has("etcd"), let service = services.first(where: { $0.reference?.source == .etcd }) {
      root.context.error(
        service.name,
        "the endpoints of `\(service.name.value.shortened)` are in etcd, and no `etcd: {endpoints: […]}` says where it is"
      )
    }
    if !root.has("etcd"), case .etcd = settings.rest {
      root.error("configuration", "is in etcd, and no `etcd: {endpoints: […]}` says where that is")
    }
    root.refuse(["xds"])
    root.finish()
  }
}
