internal import Mesh
internal import Primitives

/// `kubernetes`: the cluster that is asked, and who we are there.
enum KubernetesDecoder {
  /// Without it, or without `kubeconfig`, it is the cluster in which this is a pod.
  /// - Parameter isNeeded: something is to be looked up there.
  /// - Returns: nil where nothing is, or what is there is wrong.
  static func decode(_ root: Block, isNeeded: Bool, zone: String) -> KubernetesSettings? {
    guard root.has("kubernetes") else {
      _ = root.node("kubernetes")
      guard isNeeded else { return nil }
      do throws(KubernetesFault) {
        var settings = try ServiceAccount.settings(environment: root.context.environment)
        settings.zone = zone
        return settings
      } catch {
        root.error("kubernetes", "is missing: \(error.message)")
        return nil
      }
    }
    guard let block = root.block("kubernetes", bare: "kubeconfig") else { return nil }
    let kubeconfig = block.string("kubeconfig")
    let namespace = label(block, "namespace")
    let domain = domain(block)
    let timeout = block.duration("timeout", in: .seconds(1) ... .seconds(600))
    block.finish()
    guard var settings = settings(kubeconfig, block) else { return nil }
    settings.zone = zone
    if let namespace { settings.namespace = namespace }
    if let domain { settings.domain = domain }
    if let timeout { settings.timeout = timeout.value }
    return settings
  }

  private static func settings(_ kubeconfig: Located<String>?, _ block: Block) -> KubernetesSettings? {
    do throws(KubernetesFault) {
      guard let kubeconfig, !kubeconfig.value.isEmpty else {
        return try ServiceAccount.settings(environment: block.context.environment)
      }
      return try Kubeconfig(path: kubeconfig.value).settings()
    } catch {
      if let kubeconfig, !kubeconfig.value.isEmpty {
        block.context.error(kubeconfig, error.message)
      } else {
        block.context.diagnostics.error(at: block.mark, block.path, error.message)
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
