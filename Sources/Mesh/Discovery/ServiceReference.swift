/// What a service's endpoints are found by, where its entry in the configuration does not list them.
public enum ServiceReference: Hashable, Sendable {
  case dns(DNSReference)
  case etcd(EtcdReference)
  case kubernetes(KubernetesReference)

  /// Who knows it.
  public var source: SourceKind {
    switch self {
    case .dns: .dns
    case .etcd: .etcd
    case .kubernetes: .kubernetes
    }
  }
}

/// Where endpoints can come from. Their names are the configuration's words, and stand in logs and metrics.
public enum SourceKind: String, CaseIterable, Hashable, Sendable {
  case dns, etcd, kubernetes
}

/// A name whose addresses are the service's endpoints, or whose SRV records name them.
public struct DNSReference: Hashable, Sendable {
  /// In lower case; without a final dot search domains apply (resolv.conf(5)).
  public var name: String
  /// Of every address. Nil: SRV records are asked for, which say it (RFC 2782).
  public var port: UInt16?

  public init(name: String, port: UInt16?) {
    self.name = name
    self.port = port
  }
}

/// Keys of etcd: each whose name begins so is an endpoint.
public struct EtcdReference: Hashable, Sendable {
  public var prefix: String

  public init(prefix: String) { self.prefix = prefix }
}

/// A port of a Service.
public struct KubernetesReference: Hashable, Sendable {
  public enum Port: Hashable, Sendable {
    /// The service's only one.
    case only
    case name(String)
    /// As the Service has it (`port`), not its pods (`targetPort`).
    case number(UInt16)
  }

  /// Empty: that of the settings.
  public var namespace: String
  public var service: String
  public var port: Port
  /// Of a headless service: the one pod that is meant, as in `pod-0.service`.
  public var hostname: String?
  /// It was written as `a.b`: where there is no service `a` in the namespace `b`, it is the pod `a` of the service `b` here.
  public var mayBePod: Bool

  public init(
    namespace: String, service: String, port: Port = .only, hostname: String? = nil, mayBePod: Bool = false
  ) {
    self.namespace = namespace
    self.service = service
    self.port = port
    self.hostname = hostname
    self.mayBePod = mayBePod
  }

  /// What is meant where there is no such service.
  public var pod: KubernetesReference? {
    mayBePod
      ? KubernetesReference(namespace: "", service: namespace, port: port, hostname: service) : nil
  }
}

extension ServiceReference: CustomStringConvertible {
  /// As one would write it.
  public var description: String {
    switch self {
    case .dns(let reference): reference.port.map { "\(reference.name):\($0)" } ?? reference.name
    case .etcd(let reference): reference.prefix
    case .kubernetes(let reference): reference.description
    }
  }
}

extension KubernetesReference: CustomStringConvertible {
  public var description: String {
    let name = namespace.isEmpty ? service : "\(service).\(namespace)"
    let host = (hostname.map { "\($0)." } ?? "") + name
    return switch port {
    case .only: host
    case .name(let name): "\(host):\(name)"
    case .number(let number): "\(host):\(number)"
    }
  }
}
