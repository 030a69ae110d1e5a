internal import HTTP
internal import Mesh
internal import Reactor

/// A kubeconfig, in YAML or JSON: what its current context says (Kubernetes, "kubeconfig (v1)"). Programs that are to
/// be run for a token, and the providers of former times, are refused: a proxy starts no programs.
struct Kubeconfig {
  let path: String
  private let root: YAMLNode
  private static let largest = 1 << 20

  init(path: String) throws(KubernetesFault) {
    let bytes: [UInt8]
    do throws(FileContents.Failure) { bytes = try FileContents.read(path, limit: Self.largest) } catch {
      throw KubernetesFault("\(path) cannot be read: \(error.message)")
    }
    try self.init(bytes, path: path)
  }

  init(_ bytes: [UInt8], path: String) throws(KubernetesFault) {
    self.path = path
    var diagnostics = DiagnosticList(file: path)
    // `${…}` means nothing there.
    let document = YAMLDocument(bytes, environment: nil, diagnostics: &diagnostics)
    if let fault = diagnostics.sorted.first { throw KubernetesFault(fault.description) }
    guard let root = document.root, case .mapping = root.content else {
      throw KubernetesFault("\(path) is no kubeconfig")
    }
    self.root = root
  }

  /// What the current context says.
  func settings() throws(KubernetesFault) -> KubernetesSettings {
    guard let name = root["current-context"]?.text, !name.isEmpty else {
      throw KubernetesFault("\(path) has no current-context")
    }
    let context = try entry(name, of: "contexts", under: "context")
    guard let clusterName = context["cluster"]?.text else {
      throw KubernetesFault("\(path): the context `\(name.shortened)` names no cluster")
    }
    let cluster = try entry(clusterName, of: "clusters", under: "cluster")
    var settings = try self.settings(of: cluster, clusterName)
    if let namespace = context["namespace"]?.text, !namespace.isEmpty { settings.namespace = namespace }
    if let userName = context["user"]?.text, !userName.isEmpty {
      try use(try entry(userName, of: "users", under: "user"), userName, in: &settings)
    }
    return settings
  }

  private func settings(of cluster: YAMLNode, _ name: String) throws(KubernetesFault) -> KubernetesSettings {
    let place = "\(path): the cluster `\(name.shortened)`"
    let text = cluster["server"]?.text ?? ""
    var settings: KubernetesSettings
    do throws(HTTPURL.Fault) { settings = KubernetesSettings(server: try HTTPURL(text)) } catch {
      throw KubernetesFault("\(place): server: `\(text.shortened)` \(error.reason)")
    }
    if let proxy = cluster["proxy-url"]?.text, !proxy.isEmpty {
      throw KubernetesFault("\(place) is reached by a proxy-url, which is not supported")
    }
    settings.trust = try material(cluster, "certificate-authority")
    settings.isVerified = cluster["insecure-skip-tls-verify"]?.text != "true"
    if let name = cluster["tls-server-name"]?.text, !name.isEmpty { settings.serverName = name }
    return settings
  }

  private func use(
    _ user: YAMLNode, _ name: String, in settings: inout KubernetesSettings
  ) throws(KubernetesFault) {
    let place = "\(path): the user `\(name.shortened)`"
    for (key, what) in [("exec", "a program (exec)"), ("auth-provider", "an auth-provider")]
    where user[key] != nil {
      throw KubernetesFault(
        "\(place) gets its token from \(what), which is not supported: use a token, a tokenFile or a client certificate"
      )
    }
    if user["username"] != nil || user["password"] != nil {
      throw KubernetesFault("\(place) has a password, which Kubernetes does not take any more")
    }
    // As client-go has it, the file goes before what stands here.
    if let file = user["tokenFile"]?.text, !file.isEmpty {
      settings.token = .file(resolved(file))
    } else if let token = user["token"]?.text, !token.isEmpty {
      settings.token = .bytes(Array(token.utf8))
    }
    settings.certificate = try material(user, "client-certificate")
    settings.key = try material(user, "client-key")
    if (settings.certificate == nil) != (settings.key == nil) {
      throw KubernetesFault("\(place) has a client-certificate or a client-key, but not both")
    }
  }

  // MARK: Values

  private func entry(_ name: String, of list: String, under key: String) throws(KubernetesFault) -> YAMLNode {
    for item in root[list]?.items ?? [] where item["name"]?.text == name {
      if let value = item[key] { return value }
    }
    throw KubernetesFault("\(path): there is no `\(name.shortened)` in \(list)")
  }

  /// `key-data` in base64, which goes before the file that `key` names.
  private func material(
    _ node: YAMLNode, _ key: String
  ) throws(KubernetesFault) -> KubernetesSettings.Material? {
    if let text = node["\(key)-data"]?.text, !text.isEmpty {
      guard let bytes = Base64Text.decode(text) else {
        throw KubernetesFault("\(path): \(key)-data is no base64")
      }
      return .bytes(bytes)
    }
    if let file = node[key]?.text, !file.isEmpty { return .file(resolved(file)) }
    return nil
  }

  /// Paths are seen from the kubeconfig's folder.
  private func resolved(_ file: String) -> String {
    if file.hasPrefix("/") { return file }
    guard let slash = path.lastIndex(of: "/") else { return file }
    return path[...slash] + file
  }
}

extension YAMLNode {
  fileprivate subscript(_ key: String) -> YAMLNode? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key && !$0.value.isNull }?.value
  }

  fileprivate var text: String? { if case .scalar(let scalar) = content { scalar.text } else { nil } }
  fileprivate var items: [YAMLNode] { if case .sequence(let items) = content { items } else { [] } }
}
