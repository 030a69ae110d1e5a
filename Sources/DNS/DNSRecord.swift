/// What a resource record says, of the types that we ask for.
public enum DNSRecord: Hashable, Sendable {
  /// RFC 1035, section 3.4.1.
  case a(UInt32)
  /// RFC 3596: 16 bytes as two words.
  case aaaa(high: UInt64, low: UInt64)
  case srv(SRVRecord)
}

/// Where a service is (RFC 2782).
public struct SRVRecord: Hashable, Sendable {
  /// The lowest one is used.
  public var priority: UInt16
  public var weight: UInt16
  public var port: UInt16
  /// In lower case, without a final dot; empty: there is decidedly no such service.
  public var target: String

  public init(priority: UInt16, weight: UInt16, port: UInt16, target: String) {
    self.priority = priority
    self.weight = weight
    self.port = port
    self.target = target
  }
}

/// What is asked for.
public enum DNSType: UInt16, Sendable {
  case a = 1
  case aaaa = 28
  case srv = 33
}
