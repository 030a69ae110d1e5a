/// What a request must be like for a rule to take it: an element of an `HTTPRoute`'s or a `GRPCRoute`'s
/// `matches`. All of it must hold.
public struct RouteMatch: Sendable {
  /// Nil stands for the prefix `/`: every path.
  public var path: PathMatch?
  /// Exactly this method; nil: any.
  public var method: String?
  /// Names are compared without case. Of several criteria for one name only the first counts (Gateway API).
  public var headers: [ValueMatch]
  /// Names are compared exactly, after decoding. Of several criteria for one name only the first counts.
  public var queryParameters: [ValueMatch]

  public init(
    path: PathMatch? = nil, method: String? = nil, headers: [ValueMatch] = [],
    queryParameters: [ValueMatch] = []
  ) {
    self.path = path
    self.method = method
    self.headers = headers
    self.queryParameters = queryParameters
  }
}

extension RouteMatch {
  /// Whether it is for gRPC calls.
  public var isCall: Bool { if case .grpc = path { true } else { false } }
}

/// A criterion on the normalized path, without the query.
public enum PathMatch: Sendable {
  /// Byte by byte.
  case exact(String)
  /// By whole elements: `/v2` and `/v2/` take `/v2`, `/v2/` and `/v2/x`, not `/v2x`.
  case prefix(String)
  /// The whole path.
  case regularExpression(RegularExpression)
  /// Of a gRPC call.
  indirect case grpc(GRPCMethodMatch)
}

/// A criterion on a header's or a query parameter's value.
public struct ValueMatch: Sendable {
  public enum Pattern: Sendable {
    /// Byte by byte.
    case exact(String)
    /// The whole value.
    case regularExpression(RegularExpression)
  }

  public var name: String
  public var pattern: Pattern

  public init(name: String, _ pattern: Pattern) {
    self.name = name
    self.pattern = pattern
  }
}
