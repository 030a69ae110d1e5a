/// Placeholder until the routing part of this module is merged.
public final class RouteTable: Sendable {
  public init() {}
}
