/// How a service spreads its requests over its endpoints.
public enum Balancing: UInt8, Sendable, CaseIterable {
  /// Smooth weighted round-robin, each worker for itself.
  case roundRobin
  /// The endpoint with the least (active requests + 1) / weight, counted over all workers.
  case leastRequest
  /// Random, in proportion to the weights.
  case random
  /// Requests with the same key go to the same endpoint, in every process; in proportion to the weights.
  case ringHash
}
