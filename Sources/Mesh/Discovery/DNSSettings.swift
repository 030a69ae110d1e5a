public import Primitives

/// How names are asked for, and how long answers hold.
public struct DNSSettings: Equatable, Sendable {
  /// Which addresses are wanted of a name.
  public enum Family: String, CaseIterable, Sendable {
    /// IPv4, and IPv6 where this machine has an address of that kind beyond its own links (as `AI_ADDRCONFIG` of
    /// getaddrinfo(3)).
    case auto
    case ipv4, ipv6, both
  }

  /// Asked in this order, the next one where one does not answer or cannot. Empty: those of resolv.conf(5). 53 is meant
  /// where a port is 0.
  public var servers: [SocketAddress] = []
  /// An answer is asked for again no earlier: what says 0 seconds would be asked for without end.
  public var minTTL = Interval.seconds(1)
  /// And no later. An answer that there is nothing holds half a minute at most: who comes up wants to be found.
  public var maxTTL = Interval.seconds(300)
  /// For the first attempt at a server; each round over all of them doubles it.
  public var timeout = Interval.seconds(2)
  /// Rounds over the servers.
  public var attempts = 2
  public var family = Family.auto

  public init() {}
}
