/// How much of a service may be in use at a time, over all workers. Envoy's defaults.
public struct ServiceLimits: Sendable, Hashable {
  public var connections = 1024
  /// Exchanges that wait for a connection.
  public var pending = 1024
  public var requests = 1024
  /// Retries under way.
  public var retries = 3

  public init() {}
}
