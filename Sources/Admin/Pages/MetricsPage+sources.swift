internal import Mesh
internal import Primitives
internal import Telemetry

/// Where endpoints come from, and how old what is known is.
extension MetricsPage {
  static func kept(_ source: any AdminSource) -> [MetricFamily] {
    guard let problems = source.keepingProblems else { return [] }
    return [
      MetricFamily(
        "apus_last_good_written", .gauge,
        help: "0 while what is kept for a start without sources cannot be written.",
        [.init(problems.isEmpty ? 1 : 0)])
    ]
  }

  static func sources(_ source: any AdminSource) -> [MetricFamily] {
    let states = source.sources
    if states.isEmpty { return [] }
    let now = source.status.now
    func samples(_ value: (SourceState) -> Double?) -> [MetricFamily.Sample] {
      states.compactMap { state in
        let labels: [(name: StaticString, value: String)] = [("source", state.kind.rawValue)]
        return value(state).map { .init($0, labels) }
      }
    }
    return [
      MetricFamily(
        "apus_source_up", .gauge,
        help: "Whether a source of endpoints answers; while it does not, its last word holds.",
        samples { $0.fault == nil ? 1 : 0 }),
      MetricFamily(
        "apus_source_age_seconds", .gauge,
        help: "Since a source was last sure of what is known; with a last good table that table's age.",
        samples { state in state.asOf.map { (now - $0).seconds } }),
      MetricFamily(
        "apus_source_references", .gauge, help: "Names that a source is asked for.",
        samples { Double($0.references) }),
      MetricFamily(
        "apus_source_unanswered", .gauge, help: "Names of which a source has not said anything yet.",
        samples { Double($0.references - $0.answered) }),
      MetricFamily(
        "apus_source_changes_total", .counter, help: "Lists of endpoints that a source has changed.",
        samples { Double($0.changes) }),
      MetricFamily(
        "apus_source_failures_total", .counter, help: "Questions or connections of a source that failed.",
        samples { Double($0.failures) }),
    ]
  }
}
