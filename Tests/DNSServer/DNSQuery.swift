/// What a test's name server is asked.
public struct DNSQuery: Equatable, Sendable {
  /// In lower case.
  public let name: String
  public let type: UInt16
  public let overTCP: Bool

  public static let a: UInt16 = 1
  public static let aaaa: UInt16 = 28
  public static let srv: UInt16 = 33

  /// And where the question ends in the message. Nil: it is no query.
  static func read(_ bytes: [UInt8], overTCP: Bool) -> (query: DNSQuery, end: Int)? {
    var labels: [String] = []
    var place = 12
    while place < bytes.count, bytes[place] != 0 {
      let end = place + 1 + Int(bytes[place])
      guard end <= bytes.count else { return nil }
      labels.append(String(decoding: bytes[(place + 1)..<end], as: UTF8.self).lowercased())
      place = end
    }
    guard place + 5 <= bytes.count else { return nil }
    let type = UInt16(bytes[place + 1]) << 8 | UInt16(bytes[place + 2])
    return (DNSQuery(name: labels.joined(separator: "."), type: type, overTCP: overTCP), place + 5)
  }
}
