internal import Telemetry

extension MetricsSummary {
  /// All workers added up.
  init(_ workers: [WorkerMetrics]) {
    self.init()
    for metrics in workers { add(metrics) }
  }
}
