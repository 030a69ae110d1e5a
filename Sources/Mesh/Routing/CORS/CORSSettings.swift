public import Primitives

/// What a CORS filter allows: Gateway API's `HTTPCORSFilter` (GEP-1767), word by word.
public struct CORSSettings: Sendable, Equatable {
  public var allowOrigins: [CORSOrigin] = []
  /// Of methods; `*`: whichever is asked for.
  public var allowMethods: [String] = []
  /// Names of fields in requests; `*`: whichever are asked for.
  public var allowHeaders: [String] = []
  /// Names of fields of responses that scripts may read; `*`: all.
  public var exposeHeaders: [String] = []
  /// Cookies, client certificates and `Authorization` may come along.
  public var allowCredentials = false
  /// How long a browser may keep the answer to a preflight, in whole seconds.
  public var maxAge = Interval.seconds(5)

  public init() {}
}
