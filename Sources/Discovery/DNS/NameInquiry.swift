internal import DNS
internal import Mesh
internal import Primitives

/// All questions that one look at a reference takes: addresses; or SRV records, then the addresses of each target.
final class NameInquiry {
  struct Finding {
    /// All endpoints that there are.
    var endpoints: DNSAnswer<[DiscoveredEndpoint]>
    /// Where there are none: addresses that no host has.
    var refused: [DiscoveredEndpoint] = []
    /// What was asked for on the way.
    var hosts: [String: HostAddresses] = [:]
  }

  private let resolver: DNSResolver
  private let known: [String: HostAddresses]
  private let receive: (Finding) -> Void
  private var lookups: [DNSLookup] = []
  private var records: [SRVRecord] = []
  private var lifetime: Interval?
  private var hosts: [String: HostAddresses] = [:]
  private var missing = 0
  private static let mostTargets = 1000

  /// - Parameters:
  ///   - known: what targets' addresses were the last time.
  ///   - receive: called once, but not after `cancel`.
  init(
    _ reference: DNSReference, _ resolver: DNSResolver, known: [String: HostAddresses],
    _ receive: @escaping (Finding) -> Void
  ) {
    self.resolver = resolver
    self.known = known
    self.receive = receive
    if let port = reference.port {
      lookups = [
        resolver.addresses(of: reference.name) { [weak self] in self?.found($0, reference.name, port) }
      ]
    } else {
      lookups = [resolver.services(of: reference.name) { [weak self] in self?.found($0) }]
    }
  }

  func cancel() { for lookup in lookups { lookup.cancel() } }

  private func found(_ answer: HostAddresses, _ name: String, _ port: UInt16) {
    switch answer.all {
    case .failed(let reason): receive(Finding(endpoints: .failed(reason)))
    case .nothing(let lifetime): receive(Finding(endpoints: .nothing(lifetime: lifetime)))
    case .found(_, let lifetime):
      let whole = answer.filled(from: known[name])
      let addresses = Set(whole.all.value ?? []).map { $0.with(port: port) }
      let endpoints = addresses.sorted { $0.precedes($1) }.map { DiscoveredEndpoint(address: $0) }
      receive(Self.finding(endpoints, lifetime, [name: whole]))
    }
  }

  /// Addresses of no hosts alone are as good as none.
  private static func finding(
    _ endpoints: [DiscoveredEndpoint], _ lifetime: Interval?, _ hosts: [String: HostAddresses]
  ) -> Finding {
    if endpoints.contains(where: \.address.isUnicast) {
      return Finding(endpoints: .found(endpoints, lifetime: lifetime), hosts: hosts)
    }
    return Finding(endpoints: .nothing(lifetime: lifetime), refused: endpoints)
  }

  private func found(_ answer: DNSAnswer<[SRVRecord]>) {
    switch answer {
    case .failed(let reason): receive(Finding(endpoints: .failed(reason)))
    case .nothing(let lifetime): receive(Finding(endpoints: .nothing(lifetime: lifetime)))
    case .found(let records, let lifetime):
      self.lifetime = lifetime
      // A port of 0 cannot be connected to.
      self.records = records.filter { !$0.target.isEmpty && $0.port != 0 }
      let targets = Set(self.records.map(\.target)).sorted().prefix(Self.mostTargets)
      missing = targets.count
      if targets.isEmpty { return receive(Finding(endpoints: .nothing(lifetime: lifetime))) }
      lookups = targets.map { target in
        // It is a full name (RFC 2782).
        resolver.addresses(of: target + ".") { [weak self] in self?.found($0, target) }
      }
    }
  }

  private func found(_ answer: HostAddresses, _ target: String) {
    hosts[target] = answer.filled(from: known[target])
    switch answer.all {
    case .found(_, let other), .nothing(let other):
      if let other { lifetime = min(lifetime ?? other, other) }
    case .failed: break
    }
    missing -= 1
    if missing == 0 { finish() }
  }

  private func finish() {
    var failure: String?
    for host in hosts.values { if case .failed(let reason) = host.all { failure = reason } }
    let endpoints = ServiceTargets.endpoints(records) { hosts[$0]?.all.value ?? [] }
    let finding = Self.finding(endpoints, lifetime, hosts)
    if case .nothing = finding.endpoints, let failure {
      receive(Finding(endpoints: .failed(failure)))
    } else {
      receive(finding)
    }
  }
}
