public import HTTP
public import Primitives

/// What of a request decides where it goes, with `Balancing.ringHash`.
public enum HashKey: Hashable, Sendable {
  /// The address of the client's connection, without its port.
  case sourceAddress
  /// The first field of that name, which is in lower case.
  case header([UInt8])
  case cookie([UInt8])
  /// As it is written, percent-encoding and all.
  case queryParameter([UInt8])

  /// Nil: the request has none. The same in every process.
  public func value(of head: borrowing MessageHead, from source: SocketAddress) -> UInt64? {
    switch self {
    case .sourceAddress: return Self.hash(of: source)
    case .header(let name):
      guard let value = head.value(named: name.span) else { return nil }
      return StableHash(head.bytes(of: value)).value
    case .cookie(let name):
      var place = head.index(named: "cookie")
      while let found = place {
        let pairs = head.bytes(of: head.fields[found].value)
        if let value = Self.value(of: name.span, in: pairs, separator: 59) { return value }
        place = head.index(named: "cookie", from: found + 1)
      }
      return nil
    case .queryParameter(let name):
      return Self.value(of: name.span, in: head.bytes(of: head.query), separator: 38)
    }
  }

  private static func hash(of source: SocketAddress) -> UInt64 {
    switch source {
    case .v4(let address, _): StableHash(UInt64(address), 4).value
    case .v6(let high, let low, _): StableHash(high, low).value
    case .unix: 0
    }
  }

  /// Of `a=1; b=2` or `a=1&b=2` the value of the first of that name.
  private static func value(of name: Span<UInt8>, in pairs: Span<UInt8>, separator: UInt8) -> UInt64? {
    var start = 0
    while start < pairs.count {
      var end = start
      while end < pairs.count, pairs[end] != separator { end &+= 1 }
      while start < end, pairs[start] == 32 { start &+= 1 }
      let equals = start &+ name.count
      if equals < end, pairs[equals] == 61, begins(pairs, start, with: name) {
        return StableHash(pairs.extracting((equals &+ 1)..<end)).value
      }
      start = end &+ 1
    }
    return nil
  }

  private static func begins(_ bytes: Span<UInt8>, _ start: Int, with name: Span<UInt8>) -> Bool {
    for index in name.indices where name[index] != bytes[start &+ index] { return false }
    return true
  }
}
