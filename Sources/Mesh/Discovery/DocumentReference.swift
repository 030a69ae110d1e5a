/// Where the greater part of a configuration is, where a file holds no more than its beginning: `configuration`.
public enum DocumentReference: Hashable, Sendable {
  /// The value of a key.
  case etcd(key: String)
  /// A key of a ConfigMap; an empty namespace is our own.
  case kubernetes(namespace: String, configMap: String, key: String)
}

/// As diagnostics and logs call it.
extension DocumentReference: CustomStringConvertible {
  public var description: String {
    switch self {
    case .etcd(let key): "etcd:\(key)"
    case .kubernetes(let namespace, let map, let key):
      "configmap:" + (namespace.isEmpty ? "" : "\(namespace)/") + "\(map)/\(key)"
    }
  }
}
