public import Primitives

/// For how long a response may be used, by `Cache-Control` (RFC 9111, section 5.2.2). No cache: only what somebody who
/// asks again and again needs to know.
public enum CacheLifetime {
  /// Nil where the response does not say; zero where it asks to be asked each time.
  public static func read(_ head: borrowing MessageHead) -> Interval? {
    var found: Interval?
    var field = 0
    while let index = head.nextIndex(of: .cacheControl, from: field) {
      let value = head.bytes(of: head.fields[index].value)
      var place = 0
      while let range = value.nextMember(&place) {
        let member = value.extracting(range.indices)
        if member.equalsLowercase("no-store") || member.equalsLowercase("no-cache") { return .zero }
        if let seconds = seconds(member), found == nil { found = seconds }
      }
      field = index + 1
    }
    return found
  }

  /// `max-age=60`; a number too large is taken to be 2³¹ (RFC 9111, section 1.2.2).
  private static func seconds(_ member: Span<UInt8>) -> Interval? {
    let name = 8
    guard member.count > name, member.extracting(0..<name).equalsLowercase("max-age=") else { return nil }
    var number: Int64 = 0
    for index in name..<member.count {
      guard member[index].isDigit else { return nil }
      number = min(number * 10 + Int64(member[index] &- 0x30), 1 << 31)
    }
    return .seconds(number)
  }
}
