public struct TracingSettings: Sendable, Equatable {
  public var propagation: TracePropagation = .w3c
  /// The share of the traces beginning here that is sampled, 0 … 1. A caller's decision is kept.
  public var sampling = 0.1

  public init() {}
}
