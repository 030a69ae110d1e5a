import Discovery
import Mesh
import Primitives
import Testing

/// What a sink hears.
final class NotedEndpoints: MeshSink {
  private(set) var heard: [(reference: ServiceReference, endpoints: [DiscoveredEndpoint])] = []

  func found(_ endpoints: [DiscoveredEndpoint], for reference: ServiceReference) {
    heard.append((reference, endpoints))
  }

  func delegated(_ reference: ServiceReference, to other: ServiceReference) { Issue.record("\(reference)") }

  /// The last word on a prefix, as text; nil: there was none.
  func addresses(_ prefix: String) -> [String]? {
    heard.last { $0.reference == .etcd(EtcdReference(prefix: prefix)) }?.endpoints.map(\.address.description)
  }
}
