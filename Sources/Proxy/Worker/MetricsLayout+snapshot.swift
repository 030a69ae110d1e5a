internal import Mesh
internal import Primitives
internal import Telemetry

extension MetricsLayout {
  /// The names behind a snapshot's numbers.
  /// - Parameter peers: of the layout before.
  convenience init(_ snapshot: MeshSnapshot, peers: PeerTable = PeerTable()) {
    let numbering = snapshot.numbering
    self.init(
      rules: numbering.rules.named { Rule(route: $0.route, rule: $0.rule) },
      services: numbering.services,
      endpoints: numbering.endpoints.named { Endpoint(service: $0.service, address: $0.address.description) },
      authorizations: numbering.authorizations.named {
        Authorization(scope: $0.scope.rawValue, name: $0.name, rule: $0.rule)
      },
      peers: peers)
  }
}
