public import Primitives

/// What is known of a host. Each kind of address is a question of its own, and one may fail where the other does not.
public struct HostAddresses: Equatable, Sendable {
  /// Ports are 0.
  public var v4: DNSAnswer<[SocketAddress]>
  public var v6: DNSAnswer<[SocketAddress]>

  public init(v4: DNSAnswer<[SocketAddress]>, v6: DNSAnswer<[SocketAddress]>) {
    self.v4 = v4
    self.v6 = v6
  }

  public init(both failure: String) { self.init(v4: .failed(failure), v6: .failed(failure)) }

  /// IPv6 first, as RFC 6724 prefers it. `nothing` only where both say so.
  public var all: DNSAnswer<[SocketAddress]> {
    let found = (v6.value ?? []) + (v4.value ?? [])
    var shortest: Interval?
    for part in [v4, v6] {
      switch part {
      case .failed(let reason): if found.isEmpty { return .failed(reason) }
      case .found(_, let lifetime): shortest = Self.shorter(shortest, lifetime)
      case .nothing(let lifetime):
        // That there are no IPv6 addresses is often said for another time than what the others hold.
        if found.isEmpty { shortest = Self.shorter(shortest, lifetime) }
      }
    }
    return found.isEmpty ? .nothing(lifetime: shortest) : .found(found, lifetime: shortest)
  }

  /// Of what could not be asked now, what was found the last time.
  public func filled(from last: HostAddresses?) -> HostAddresses {
    guard let last else { return self }
    return HostAddresses(v4: Self.filled(v4, last.v4), v6: Self.filled(v6, last.v6))
  }

  private static func filled(
    _ answer: DNSAnswer<[SocketAddress]>, _ last: DNSAnswer<[SocketAddress]>
  ) -> DNSAnswer<[SocketAddress]> {
    guard case .failed = answer, let known = last.value else { return answer }
    return .found(known, lifetime: nil)
  }

  static func shorter(_ a: Interval?, _ b: Interval?) -> Interval? {
    guard let a, let b else { return a ?? b }
    return min(a, b)
  }
}
