public import Primitives

/// How the process is doing as a whole.
public struct ProcessStatus: Sendable {
  public enum Phase: String, Sendable {
    case starting, serving, draining
    /// Another process serves at the same addresses, and this one drains.
    case handedOver = "handed over"

    /// Whether requests are served where this process listened.
    public var isReady: Bool { self == .serving || self == .handedOver }
  }

  public struct Listener: Sendable {
    public var name: String
    /// Where it really listens.
    public var address: SocketAddress

    public init(name: String, address: SocketAddress) {
      self.name = name
      self.address = address
    }
  }

  public var version: String
  public var phase: Phase
  /// In nanoseconds since 1970.
  public var startedAt: Int64
  public var now: MonotonicTime
  public var listeners: [Listener]
  /// Where this very server listens.
  public var admin: SocketAddress?
  /// Exchanges in flight.
  public var exchanges: Int

  public init(
    version: String, phase: Phase, startedAt: Int64, now: MonotonicTime, listeners: [Listener],
    admin: SocketAddress?, exchanges: Int
  ) {
    self.version = version
    self.phase = phase
    self.startedAt = startedAt
    self.now = now
    self.listeners = listeners
    self.admin = admin
    self.exchanges = exchanges
  }
}
