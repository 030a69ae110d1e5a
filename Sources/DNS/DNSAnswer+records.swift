internal import Primitives

extension DNSAnswer {
  func map<Other>(_ transform: (Value) -> Other) -> DNSAnswer<Other> {
    switch self {
    case .found(let value, let lifetime): .found(transform(value), lifetime: lifetime)
    case .nothing(let lifetime): .nothing(lifetime: lifetime)
    case .failed(let reason): .failed(reason)
    }
  }
}

extension HostAddresses {
  /// What is not asked for is not there.
  init(_ answers: [DNSAnswer<[DNSRecord]>], _ types: [DNSType]) {
    self.init(v4: .nothing(lifetime: nil), v6: .nothing(lifetime: nil))
    for (type, answer) in zip(types, answers) {
      let addresses = answer.map { $0.compactMap(\.address) }
      if type == .a { v4 = addresses } else { v6 = addresses }
    }
  }
}

extension DNSRecord {
  init?(_ address: SocketAddress) {
    switch address {
    case .v4(let bits, _): self = .a(bits)
    case .v6(let high, let low, _): self = .aaaa(high: high, low: low)
    case .unix: return nil
    }
  }

  var address: SocketAddress? {
    switch self {
    case .a(let bits): .v4(address: bits, port: 0)
    case .aaaa(let high, let low): .v6(high: high, low: low, port: 0)
    case .srv: nil
    }
  }

  var service: SRVRecord? {
    if case .srv(let record) = self { record } else { nil }
  }
}
