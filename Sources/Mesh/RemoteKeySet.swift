public import HTTP
public import Identity
public import Primitives

/// Where the keys of an issuer of bearer tokens are fetched from.
public struct RemoteKeySet: Sendable {
  public let provider: TokenProvider
  public let url: HTTPURL
  /// Nil: plain HTTP.
  public let tls: ServiceTLS?
  /// How long a set is used before it is fetched again; the server may ask for less.
  public let refresh: Interval
  /// Of one fetch, from the look-up of the host to the last byte.
  public let timeout: Interval

  /// Envoy's `cache_duration`.
  public static let standardRefresh = Interval.seconds(300)
  public static let standardTimeout = Interval.seconds(5)

  public init(
    provider: TokenProvider, url: HTTPURL, tls: ServiceTLS?, refresh: Interval = standardRefresh,
    timeout: Interval = standardTimeout
  ) {
    self.provider = provider
    self.url = url
    self.tls = tls
    self.refresh = refresh
    self.timeout = timeout
  }
}
