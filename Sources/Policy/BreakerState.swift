/// What a circuit breaker does now.
public enum BreakerState: UInt8, Sendable, CaseIterable {
  /// Requests pass, outcomes are counted.
  case closed
  /// Requests are refused at once.
  case open
  /// A few requests pass as probes; the others are refused.
  case halfOpen
}
