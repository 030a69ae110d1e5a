internal import Mesh

/// `kubernetes` and `configuration`.
extension ConfigPage {
  /// Tokens and keys are in the file that is named.
  static func cluster(_ settings: ClusterSettings) -> JSONValue {
    object(
      ("kubeconfig", settings.kubeconfig.map { .string($0) }),
      ("namespace", .string(settings.namespace)),
      ("clusterDomain", .string(settings.domain)),
      ("timeout", duration(settings.timeout)))
  }

  /// Where a part of what the page shows was fetched from: a file that says so is whole.
  static func rest(_ place: DocumentReference, _ cluster: ClusterSettings?) -> JSONValue {
    let value: (String, JSONValue?) =
      switch place {
      case .etcd(let key): ("etcd", ["key": .string(key)])
      case .kubernetes(let namespace, let map, let key):
        (
          "kubernetes",
          object(
            ("namespace", .string(namespace.isEmpty ? cluster?.namespace ?? "default" : namespace)),
            ("configMap", .string(map)), ("key", .string(key)))
        )
      }
    return object(value, ("included", true))
  }
}
