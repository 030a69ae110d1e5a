internal import HTTP
internal import Mesh
internal import Reactor

/// What a pod is given to ask its cluster's API server with (Kubernetes, "Accessing the Kubernetes API from a Pod").
enum ServiceAccount {
  static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"

  static func settings(
    environment: [String: String], folder: String = Self.folder
  ) throws(KubernetesFault) -> KubernetesSettings {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty else {
      throw KubernetesFault(
        "this is no pod of a cluster (KUBERNETES_SERVICE_HOST is not set): say where one is, `kubernetes: {kubeconfig: /path/to/kubeconfig}`"
      )
    }
    let port = environment["KUBERNETES_SERVICE_PORT"] ?? "443"
    let name = host.contains(":") ? "[\(host)]" : host
    var settings: KubernetesSettings
    do throws(HTTPURL.Fault) {
      settings = KubernetesSettings(server: try HTTPURL("https://\(name):\(port)"))
    } catch {
      throw KubernetesFault(
        "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT (\(host.shortened), \(port.shortened)) are no address"
      )
    }
    for file in ["token", "ca.crt"] {
      do throws(FileContents.Failure) { try FileContents.probe("\(folder)/\(file)") } catch {
        throw KubernetesFault(
          "\(folder)/\(file) cannot be read: \(error.message) (does the pod have `automountServiceAccountToken: false`?)"
        )
      }
    }
    settings.token = .file("\(folder)/token")
    settings.trust = .file("\(folder)/ca.crt")
    if let bytes = try? FileContents.read("\(folder)/namespace", limit: 4096) {
      let text = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      if let namespace = text.first, KubernetesName.isLabel(String(namespace)) {
        settings.namespace = String(namespace)
      }
    }
    return settings
  }
}
