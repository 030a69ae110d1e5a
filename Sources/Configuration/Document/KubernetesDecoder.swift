internal import Mesh
internal import Primitives

/// `kubernetes`: the cluster that is asked, and who we are there.
enum KubernetesDecoder {
  struct Cluster {
    /// Nil where nothing is looked up, or what is there is wrong, or it is a pod's and this is none.
    var settings: KubernetesSettings?
    /// As it is written; nil where nothing is looked up. Where the cluster cannot be told, its names still are names.
    var written: ClusterSettings?
  }

  /// Without it, or without `kubeconfig`, it is the cluster in which this is a pod.
  /// - Parameter need: what is to be looked up there, nil: nothing.
  static func decode(_ root: Block, need: Located<String>?, zone: String) -> Cluster {
    guard root.has("kubernetes") else {
      _ = root.node("kubernetes")
      guard let need else { return Cluster() }
      var settings = account(root.context, need.mark, need.path, "\(need.value) in Kubernetes: ")
      settings?.zone = zone
      return Cluster(settings: settings, written: written(settings))
    }
    guard let block = root.block("kubernetes", bare: "kubeconfig") else {
      return Cluster(written: ClusterSettings())
    }
    let kubeconfig = block.string("kubeconfig")
    let namespace = label(block, "namespace")
    let domain = domain(block)
    let timeout = block.duration("timeout", in: .seconds(1) ... .seconds(600))
    block.finish()
    var settings = settings(kubeconfig, block, isNamespaceSaid: namespace != nil)
    settings?.zone = zone
    if let namespace { settings?.namespace = namespace }
    if let domain { settings?.domain = domain }
    if let timeout { settings?.timeout = timeout.value }
    var written = written(settings)
    if let kubeconfig, !kubeconfig.value.isEmpty { written.kubeconfig = kubeconfig.value }
    // Where there are no settings.
    if let namespace { written.namespace = namespace }
    if let domain { written.domain = domain }
    if let timeout { written.timeout = timeout.value }
    return Cluster(settings: settings, written: written)
  }

  private static func written(_ settings: KubernetesSettings?) -> ClusterSettings {
    var written = ClusterSettings()
    guard let settings else { return written }
    written.namespace = settings.namespace
    written.domain = settings.domain
    return written
  }

  private static func settings(
    _ kubeconfig: Located<String>?, _ block: Block, isNamespaceSaid: Bool
  ) -> KubernetesSettings? {
    guard let kubeconfig, !kubeconfig.value.isEmpty else {
      return account(block.context, block.mark, block.path, isNamespaceSaid: isNamespaceSaid)
    }
    do throws(KubernetesFault) { return try Kubeconfig(path: kubeconfig.value).settings() } catch {
      block.context.error(kubeconfig, error.message)
      return nil
    }
  }

  /// What a pod has. That it is not here says nothing about a file that is meant for elsewhere.
  private static func account(
    _ context: DecodingContext, _ mark: SourceMark, _ path: String, _ what: String = "",
    isNamespaceSaid: Bool = false
  ) -> KubernetesSettings? {
    do throws(KubernetesFault) {
      return try ServiceAccount.settings(environment: context.environment)
    } catch {
      if context.isElsewhere {
        context.diagnostics.warning(
          at: mark, path,
          "\(what)it could not run here: \(error.message)"
            + (isNamespaceSaid ? "" : "; names without a namespace are taken for those in `default`"))
      } else {
        context.diagnostics.error(at: mark, path, what + error.message)
      }
      return nil
    }
  }

  private static func label(_ block: Block, _ key: String) -> String? {
    guard let text = block.string(key) else { return nil }
    if let fault = HostName.labelFault(of: text.value) {
      block.context.error(text, "`\(text.value.shortened)` \(fault)")
      return nil
    }
    return text.value
  }

  private static func domain(_ block: Block) -> String? {
    guard let text = block.string("clusterDomain") else { return nil }
    if let fault = HostName.fault(of: text.value) {
      block.context.error(text, "`\(text.value.shortened)` \(fault)")
      return nil
    }
    let name = text.value.lowercased()
    return name.hasSuffix(".") ? String(name.dropLast()) : name
  }
}
