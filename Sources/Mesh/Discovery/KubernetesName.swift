/// What names mean in a cluster, as its DNS has them (Kubernetes, "DNS for Services and Pods"). Nothing is looked up.
public struct KubernetesName: Sendable {
  /// In which a name is meant that says none.
  public let namespace: String
  /// What the full names of all services end in: `cluster.local`.
  public let domain: String

  public init(namespace: String, domain: String = KubernetesSettings.standardDomain) {
    self.namespace = namespace
    self.domain = domain.lowercased()
  }

  /// All that a name can mean, the likelier first; empty where it is none of a service.
  ///
  /// `orders.shop` is a service and its namespace, and only where there is none the pod `orders` of the service `shop`
  /// here. A final dot says that the name is whole.
  public func meanings(of name: String, port: KubernetesReference.Port = .only) -> [KubernetesReference] {
    var labels = name.lowercased().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let isWhole = labels.last == ""
    if isWhole { labels.removeLast() }
    guard !labels.isEmpty, labels.allSatisfy(Self.isLabel) else { return [] }
    let end = ["svc"] + domain.split(separator: ".").map(String.init)
    if labels.count > end.count, labels.suffix(end.count).elementsEqual(end) {
      labels.removeLast(end.count)
      return Self.full(labels, port).map { [$0] } ?? []
    }
    if isWhole { return [] }
    if labels.count > 2, labels.last == "svc" {
      labels.removeLast()
      return Self.full(labels, port).map { [$0] } ?? []
    }
    switch labels.count {
    case 1: return [KubernetesReference(namespace: namespace, service: labels[0], port: port)]
    case 2:
      return [
        KubernetesReference(namespace: labels[1], service: labels[0], port: port),
        KubernetesReference(namespace: namespace, service: labels[1], port: port, hostname: labels[0]),
      ]
    default: return Self.full(labels, port).map { [$0] } ?? []
    }
  }

  /// The likeliest of `meanings`.
  public func meaning(of name: String, port: KubernetesReference.Port = .only) -> KubernetesReference? {
    meanings(of: name, port: port).first
  }

  /// All names that clients in `namespace` may use for a service, or for a pod of it; the full one last.
  public func hostnames(of reference: KubernetesReference) -> [String] {
    let short = (reference.hostname.map { "\($0)." } ?? "") + reference.service
    let long = "\(short).\(reference.namespace)"
    return (reference.namespace == namespace ? [short] : []) + [long, "\(long).svc", "\(long).svc.\(domain)"]
  }

  /// `service.namespace` or `pod.service.namespace`.
  private static func full(_ labels: [String], _ port: KubernetesReference.Port) -> KubernetesReference? {
    switch labels.count {
    case 2: KubernetesReference(namespace: labels[1], service: labels[0], port: port)
    case 3: KubernetesReference(namespace: labels[2], service: labels[1], port: port, hostname: labels[0])
    default: nil
    }
  }

  /// RFC 1123, as Kubernetes has it for names of objects.
  package static func isLabel(_ text: String) -> Bool {
    let bytes = text.utf8
    guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
    return first != 45 && last != 45
      && bytes.allSatisfy { $0 == 45 || $0 >= 48 && $0 <= 57 || $0 >= 97 && $0 <= 122 }
  }
}
