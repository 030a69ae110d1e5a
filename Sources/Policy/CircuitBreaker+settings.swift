public import Primitives

extension CircuitBreaker {
  /// When a breaker opens, and how it closes again.
  public struct Settings: Sendable, Hashable {
    /// The share of failures in the window from which on the breaker opens: above 0, at most 1.
    public var failureRate: Double
    /// Outcomes that the window must hold before the rate means anything: 1 … 1,000,000.
    public var minimumRequests: Int
    /// How far back outcomes count, to a tenth. At least 10 ms.
    public var window: Interval
    /// How long all requests are refused before probes are let through.
    public var openFor: Interval
    /// Probes that must all succeed for the breaker to close, and that pass at a time: 1 … 1,000.
    public var halfOpenRequests: Int

    public init(
      failureRate: Double = 0.5, minimumRequests: Int = 20, window: Interval = .seconds(10),
      openFor: Interval = .seconds(5), halfOpenRequests: Int = 3
    ) {
      self.failureRate = failureRate
      self.minimumRequests = minimumRequests
      self.window = window
      self.openFor = openFor
      self.halfOpenRequests = halfOpenRequests
    }
  }
}
