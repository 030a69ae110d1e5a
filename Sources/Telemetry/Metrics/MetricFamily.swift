/// Metrics that another module knows the values of (breaker states, limits, build info), for the encoder to write.
public struct MetricFamily: Sendable {
  public enum Kind: Sendable { case counter, gauge }

  public struct Sample: Sendable {
    public var labels: [(name: StaticString, value: String)]
    public var value: Double

    public init(_ value: Double, _ labels: [(name: StaticString, value: String)] = []) {
      self.labels = labels
      self.value = value
    }
  }

  /// Begins with `apus_`; a counter's ends in `_total`.
  public var name: StaticString
  public var help: StaticString
  public var kind: Kind
  public var samples: [Sample]

  public init(_ name: StaticString, _ kind: Kind, help: StaticString, _ samples: [Sample]) {
    self.name = name
    self.kind = kind
    self.help = help
    self.samples = samples
  }
}
