public import Client
public import DNS
internal import Primitives
public import Reactor

/// Names for the proxy's own calls, by the same resolver as endpoints' names.
public final class DNSHostResolver: HostResolver {
  private let resolver: DNSResolver
  private let waker: Waker
  private var answers: [HostAnswer] = []

  /// - Parameter loop: the resolver's and the client's.
  public init(_ resolver: DNSResolver, on loop: EventLoop) {
    self.resolver = resolver
    waker = loop.remote
  }

  public func ask(_ host: String, ticket: UInt64) {
    resolver.addresses(of: host) { [weak self] addresses in self?.found(addresses, ticket) }
  }

  public func takeAnswers() -> [HostAnswer] {
    defer { answers = [] }
    return answers
  }

  private func found(_ addresses: HostAddresses, _ ticket: UInt64) {
    let answer =
      switch addresses.all {
      case .found(let found, _):
        // Zeroes are how names are blocked; connecting there would end on this machine.
        HostAnswer(
          ticket: ticket, addresses: found.filter(\.isUnicast), reason: "no address of it is a host's")
      case .nothing: HostAnswer(ticket: ticket, addresses: [], reason: "no such name, or no address")
      case .failed(let reason): HostAnswer(ticket: ticket, addresses: [], reason: reason)
      }
    answers.append(answer)
    waker.wake()
  }
}
