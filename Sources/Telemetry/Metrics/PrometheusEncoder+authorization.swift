internal import Policy
internal import Primitives

extension PrometheusEncoder {
  /// Series that never counted are left out.
  static func appendAuthorization(_ summary: MetricsSummary, to buffer: inout ByteBuffer) {
    let name: StaticString = "apus_authorization_decisions_total"
    head(
      name, "counter", "What rules of authorization have decided; the rule is empty where none held.",
      to: &buffer)
    for rule in summary.authorizations {
      for decision in AuthorizationVerdict.Decision.allCases where rule[decision] > 0 {
        let labels: [Label] = [
          ("scope", rule.name.scope), ("name", rule.name.name), ("rule", rule.name.rule),
          ("decision", decision.name.description),
        ]
        line(name, labels, rule[decision], to: &buffer)
      }
    }
  }
}
