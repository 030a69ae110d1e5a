/// What a test's name server says.
public struct DNSReply: Sendable {
  public enum Content: Sendable {
    case a(UInt8, UInt8, UInt8, UInt8)
    /// 2001:db8::last
    case aaaa(last: UInt8)
    case alias(String)
    case srv(priority: UInt16, weight: UInt16, port: UInt16, target: String)
    case zone(minimum: UInt32)
  }

  public struct Record: Sendable {
    /// Nil: the name that was asked for.
    let owner: String?
    let lifetime: UInt32
    let content: Content

    public init(_ content: Content, of owner: String? = nil, lifetime: UInt32 = 60) {
      self.owner = owner
      self.lifetime = lifetime
      self.content = content
    }
  }

  /// RFC 1035, section 4.1.1.
  public enum Code: UInt8, Sendable {
    case noError, formatError, serverFailure, noSuchName, notImplemented, refused
  }

  public var code = Code.noError
  public var records: [Record] = []
  public var authority: [Record] = []
  /// In datagrams: there is more, and none of it here.
  public var isTruncated = false
  /// Answers with another question's number.
  public var hasWrongNumber = false
  /// The question itself instead of an answer.
  public var isEcho = false
  /// Instead of a message.
  public var garbage: [UInt8]?

  public init(_ records: [Record] = [], code: Code = .noError) {
    self.records = records
    self.code = code
  }

  /// RFC 2308: how long it holds is what the zone's beginning says.
  public static func nothing(_ code: Code = .noError, minimum: UInt32? = nil) -> DNSReply {
    var reply = DNSReply(code: code)
    if let minimum { reply.authority = [Record(.zone(minimum: minimum), of: "example", lifetime: 3600)] }
    return reply
  }

  /// - Parameter query: the message that is answered; its question is its first part.
  func message(to query: [UInt8], questionEnd: Int, overTCP: Bool) -> [UInt8] {
    if let garbage { return garbage }
    if isEcho { return query }
    let isCut = isTruncated && !overTCP
    let shown = isCut ? [] : records
    var bytes = [query[0], hasWrongNumber ? query[1] ^ 0xFF : query[1]]
    // An answer; recursion was wanted and is there.
    bytes += [0x81 | (isCut ? 0x02 : 0), 0x80 | code.rawValue]
    bytes += Self.short(1) + Self.short(UInt16(shown.count)) + Self.short(UInt16(authority.count))
    bytes += Self.short(0)
    bytes += query[12..<questionEnd]
    for record in shown + authority { bytes += Self.bytes(record) }
    return bytes
  }

  private static func bytes(_ record: Record) -> [UInt8] {
    // A pointer to the question's name, as servers write it.
    var bytes: [UInt8] = record.owner.map(name) ?? [0xC0, 12]
    let (type, data): (UInt16, [UInt8]) =
      switch record.content {
      case .a(let a, let b, let c, let d): (1, [a, b, c, d])
      case .aaaa(let last): (28, [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [last])
      case .alias(let target): (5, name(target))
      case .srv(let priority, let weight, let port, let target):
        (33, short(priority) + short(weight) + short(port) + name(target))
      case .zone(let minimum):
        (6, name("ns.example") + name("admin.example") + [UInt8](repeating: 0, count: 16) + word(minimum))
      }
    bytes += short(type) + short(1) + word(record.lifetime) + short(UInt16(data.count)) + data
    return bytes
  }

  public static func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  private static func short(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
  private static func word(_ value: UInt32) -> [UInt8] {
    short(UInt16(value >> 16)) + short(UInt16(value & 0xFFFF))
  }
}
