internal import Primitives

/// What the `Connection` fields of a head ask for (RFC 9110 §7.6.1).
struct ConnectionOptions {
  var close = false
  var keepAlive = false
  var upgrade = false
  /// How many options are none of these: names of fields, mostly.
  var others: UInt8 = 0

  /// Each name is looked for among all fields, so their number is bounded.
  static var limit: UInt8 { 64 }

  /// Adds the options of one field's value; false where they become too many.
  mutating func add(_ input: Span<UInt8>, _ range: ByteRange) -> Bool {
    // What nearly all say.
    if Word.matches(input, range.start, Int(range.count), "keep-alive") {
      keepAlive = true
      return true
    }
    if Word.matches(input, range.start, Int(range.count), "close") {
      close = true
      return true
    }
    return addMembers(input.extracting(range.indices))
  }

  private mutating func addMembers(_ value: Span<UInt8>) -> Bool {
    var index = 0
    while let range = value.nextMember(&index) {
      let member = value.extracting(range.indices)
      if member.equalsLowercase("close") {
        close = true
      } else if member.equalsLowercase("keep-alive") {
        keepAlive = true
      } else if member.equalsLowercase("upgrade") {
        upgrade = true
      } else {
        others += 1
        if others > Self.limit { return false }
      }
    }
    return true
  }
}
