internal import Mesh
internal import Primitives
internal import Telemetry

extension MetricsLayout {
  /// The names behind a snapshot's numbers.
  /// - Parameter former: a snapshot before and its layout: only what has changed since is made.
  convenience init(
    _ snapshot: MeshSnapshot, after former: (snapshot: MeshSnapshot, layout: MetricsLayout)? = nil
  ) {
    let numbering = snapshot.numbering
    let before = former.map { ($0.snapshot.numbering, $0.layout) }
    self.init(
      rules: numbering.rules.named(like: before.map { ($0.rules, $1.ruleNumbers) }) {
        Rule(route: $0.route, rule: $0.rule)
      },
      services: numbering.services,
      endpoints: numbering.endpoints.named(like: before.map { ($0.endpoints, $1.endpointNumbers) }) {
        Endpoint(service: $0.service, address: $0.address.description)
      },
      listeners: numbering.listeners,
      authorizations: numbering.authorizations.named(
        like: before.map { ($0.authorizations, $1.authorizationNumbers) }
      ) {
        Authorization(scope: $0.scope.rawValue, name: $0.name, rule: $0.rule)
      },
      after: former?.layout)
  }
}
