internal import Primitives

/// An answer of a server, taken apart (RFC 1035, section 4). That it belongs to the question and is whole, c-ares has seen.
struct DNSMessage {
  enum Content: Equatable {
    case record(DNSRecord)
    /// The owner is another name for this one.
    case alias(String)
    /// The zone's beginning: for how long it holds that something is not there (RFC 2308, section 5).
    case zone(minimum: UInt32)
    case other
  }

  struct Entry: Equatable {
    let owner: String
    /// Seconds.
    let lifetime: UInt32
    let content: Content
  }

  let question: String
  let answers: [Entry]
  let authority: [Entry]

  init(_ bytes: [UInt8]) throws(DNSReader.Fault) {
    var reader = DNSReader(bytes)
    // Identifier.
    try reader.skip(2)
    // A response (QR) to a standard query (opcode 0): c-ares takes a question that has come back for an answer, too.
    guard try reader.byte() & 0xF8 == 0x80 else { throw .malformed }
    try reader.skip(1)
    let counts = (try reader.short(), try reader.short(), try reader.short())
    try reader.skip(2)
    guard counts.0 == 1 else { throw .malformed }
    question = try reader.name()
    try reader.skip(4)
    answers = try Self.entries(Int(counts.1), &reader)
    authority = try Self.entries(Int(counts.2), &reader)
  }

  /// What there is of `type` under the name that was asked for, or under the one that it is an alias of.
  func answer(_ type: DNSType) -> DNSAnswer<[DNSRecord]> {
    var name = question
    var least = UInt32.max
    // Aliases stand in any order; more than a few lead nowhere.
    var aliases = 0
    while let (target, lifetime) = alias(of: name) {
      aliases += 1
      // Whoever cannot be followed has not said that there is nothing.
      if aliases > Self.mostAliases {
        return .failed("the name's aliases lead in a circle, or are too many")
      }
      name = target
      least = min(least, lifetime)
    }
    var found: [DNSRecord] = []
    for entry in answers where entry.owner == name {
      guard case .record(let record) = entry.content, record.type == type else { continue }
      found.append(record)
      least = min(least, entry.lifetime)
    }
    return found.isEmpty ? .nothing(lifetime: absence) : .found(found, lifetime: .seconds(Int64(least)))
  }

  /// For how long it holds that there is nothing.
  var absence: Interval? {
    for entry in authority {
      if case .zone(let minimum) = entry.content { return .seconds(Int64(min(minimum, entry.lifetime))) }
    }
    return nil
  }

  private static let mostAliases = 16

  private func alias(of name: String) -> (String, UInt32)? {
    for entry in answers where entry.owner == name {
      if case .alias(let target) = entry.content { return (target, entry.lifetime) }
    }
    return nil
  }

  private static func entries(_ count: Int, _ reader: inout DNSReader) throws(DNSReader.Fault) -> [Entry] {
    var entries: [Entry] = []
    for _ in 0..<count {
      let owner = try reader.name()
      let (type, kind) = (try reader.short(), try reader.short())
      // RFC 2181, section 8: a lifetime with the highest bit is none.
      let lifetime = try reader.word()
      let length = Int(try reader.short())
      let end = reader.position + length
      var data = reader
      try reader.skip(length)
      // Class IN.
      let content = kind == 1 ? try Self.content(type, &data, length) : .other
      guard content == .other || data.position == end else { throw .malformed }
      entries.append(Entry(owner: owner, lifetime: lifetime >> 31 == 0 ? lifetime : 0, content: content))
    }
    return entries
  }

  private static func content(
    _ type: UInt16, _ data: inout DNSReader, _ length: Int
  ) throws(DNSReader.Fault) -> Content {
    switch type {
    case DNSType.a.rawValue: return .record(.a(try data.word()))
    case DNSType.aaaa.rawValue: return .record(.aaaa(high: try data.long(), low: try data.long()))
    case DNSType.srv.rawValue:
      let (priority, weight, port) = (try data.short(), try data.short(), try data.short())
      return .record(
        .srv(SRVRecord(priority: priority, weight: weight, port: port, target: try data.name())))
    case 5: return .alias(try data.name())
    case 6:
      _ = try data.name()
      _ = try data.name()
      // Serial, refresh, retry, expire.
      try data.skip(16)
      return .zone(minimum: try data.word())
    default: return .other
    }
  }
}

extension DNSRecord {
  var type: DNSType {
    switch self {
    case .a: .a
    case .aaaa: .aaaa
    case .srv: .srv
    }
  }
}
