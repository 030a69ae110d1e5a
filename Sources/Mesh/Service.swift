public import Policy
public import Primitives

/// An entry of the service table: how its requests are sent, and within which bounds. Where they go says the
/// `EndpointList` of a snapshot.
///
/// The same object in every snapshot, as long as nothing of it changes: endpoints come and go, and the connections to
/// those that stay are not disturbed. Lives as long as a snapshot or an exchange holds it.
public final class Service: Sendable, TurnLived {
  /// The same for the same name, whatever else changes (`NumberTable`).
  public let index: Int
  public let name: String
  public let settings: ServiceSettings
  /// Nil: plain HTTP.
  public let tls: ServiceTLS?
  public let state: ServiceState
  private let number: StableNumber

  public init(
    index: StableNumber, name: String, settings: ServiceSettings = ServiceSettings(), tls: ServiceTLS? = nil,
    state: ServiceState
  ) {
    self.index = index.value
    self.name = name
    self.settings = settings
    self.tls = tls
    self.state = state
    number = index
  }

  @inlinable public var connectTimeout: Interval { settings.connectTimeout }
  @inlinable public var idleTimeout: Interval { settings.idleTimeout }
  @inlinable public var lifetime: ConnectionLifetime { settings.lifetime }
  @inlinable public var `protocol`: ServiceProtocol { settings.protocol }
  @inlinable public var http2: HTTP2Options { settings.http2 }

  /// Whether a service of that description is this one.
  func matches(_ settings: ServiceSettings, _ tls: ServiceTLS?) -> Bool {
    self.settings == settings && self.tls?.source == tls?.source
  }
}
