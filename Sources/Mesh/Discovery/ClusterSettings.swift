public import Primitives

/// `kubernetes` of the configuration as it is written, with what its context, or the pod, says filled in; how the cluster is
/// reached is in `KubernetesSettings`.
public struct ClusterSettings: Equatable, Sendable {
  /// A file's path; nil: the cluster in which this is a pod.
  public var kubeconfig: String?
  /// In which names are meant that say none; `default` where that cannot be told here.
  public var namespace = "default"
  /// What the names of all services end in.
  public var domain = KubernetesSettings.standardDomain
  /// 1 s … 10 min.
  public var timeout = KubernetesSettings.standardTimeout

  public init() {}

  /// What names mean there.
  public var names: KubernetesName { KubernetesName(namespace: namespace, domain: domain) }
}
