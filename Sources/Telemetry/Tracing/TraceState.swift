/// The members of `tracestate` (W3C Trace Context level 2, section 3.3), as far as passing them on needs.
///
/// At most 32 members, all of them well-formed, else the whole state is dropped: half of it might mislead. A
/// state over 512 bytes loses members over 128 bytes first, then from the end (section 3.3.1.5).
internal enum TraceState {
  static var maximumMembers: Int { 32 }
  static var maximumBytes: Int { 512 }
  static var longMember: Int { 128 }

  /// What a run over one field's value found; several fields add up.
  struct Survey {
    var members = 0
    /// The members and the commas between them.
    var bytes = 0
    var isValid = true
    /// Nothing but members and single commas: the value may stand as it is.
    var isTidy = true
    var hasLongMembers = false
  }

  /// Walks the members of one field's value; `visit` gets each member's range.
  @inline(__always)
  static func forEach(_ bytes: Span<UInt8>, _ visit: (Range<Int>) -> Void) {
    var start = 0
    while start <= bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 44 { end &+= 1 }
      var first = start
      var last = end
      while first < last, bytes[first] == 32 || bytes[first] == 9 { first &+= 1 }
      while last > first, bytes[last &- 1] == 32 || bytes[last &- 1] == 9 { last &-= 1 }
      visit(first..<last)
      start = end &+ 1
    }
  }

  static func survey(_ bytes: Span<UInt8>, _ survey: inout Survey) {
    var found = survey
    let before = found.bytes
    let membersBefore = found.members
    forEach(bytes) { range in
      if range.isEmpty { return }
      if !isMember(bytes.extracting(range)) { found.isValid = false }
      found.bytes &+= range.count &+ (found.members > 0 ? 1 : 0)
      found.members &+= 1
      if range.count > longMember { found.hasLongMembers = true }
    }
    let comma = membersBefore > 0 && found.members > membersBefore ? 1 : 0
    if found.bytes &- before &- comma != bytes.count { found.isTidy = false }
    if found.members > maximumMembers { found.isValid = false }
    survey = found
  }

  /// `key=value`: the key of a-z, 0-9, `_-*/@`, beginning with a letter or digit, up to 256 bytes; the value of
  /// printable ASCII without `,` and `=`, 1 to 256 bytes.
  static func isMember(_ bytes: Span<UInt8>) -> Bool {
    var index = 0
    while index < bytes.count, bytes[index] != 61 {
      let byte = bytes[index]
      let alphanumeric = (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57)
      let mark = byte == 95 || byte == 45 || byte == 42 || byte == 47 || byte == 64
      guard alphanumeric || (index > 0 && mark) else { return false }
      index &+= 1
    }
    let value = bytes.count &- index &- 1
    guard index >= 1, index <= 256, value >= 1, value <= 256 else { return false }
    index &+= 1
    while index < bytes.count {
      let byte = bytes[index]
      guard byte >= 32, byte <= 126, byte != 61 else { return false }
      index &+= 1
    }
    return true
  }
}
