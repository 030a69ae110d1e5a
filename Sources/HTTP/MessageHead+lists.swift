extension MessageHead {
  /// How often a token stands in the lists of all fields of this name (RFC 9110 §5.6.1), letters as they are.
  public func count(of token: Span<UInt8>, in id: FieldID) -> Int {
    guard var place = index(of: id) else { return 0 }
    var count = 0
    while true {
      let value = bytes(of: fields[place].value)
      var index = 0
      while let member = value.nextMember(&index) {
        if value.extracting(member.indices).equals(token) { count += 1 }
      }
      guard let next = nextIndex(of: id, from: place + 1) else { return count }
      place = next
    }
  }
}
