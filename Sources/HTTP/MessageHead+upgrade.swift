extension MessageHead {
  /// Response: whether all protocols that `Upgrade` names stand in the request's, too (RFC 9110, section 7.8). For what is
  /// seldom: it allocates.
  public func upgradeIsAsked(by request: borrowing MessageHead) -> Bool {
    let asked = request.protocols
    return protocols.allSatisfy { asked.contains($0) }
  }

  /// Of `Upgrade`, in lower case.
  private var protocols: [[UInt8]] {
    var found: [[UInt8]] = []
    var place = index(of: .upgrade)
    while let field = place {
      let value = bytes(of: fields[field].value)
      var index = 0
      while let member = value.nextMember(&index) {
        found.append(member.indices.map { value[$0] >= 65 && value[$0] <= 90 ? value[$0] | 0x20 : value[$0] })
      }
      place = nextIndex(of: .upgrade, from: field + 1)
    }
    return found
  }
}
