internal import Primitives

/// Trailers, and the `Trailer` field that announces them (RFC 9110, sections 6.5 and 6.6.2).
extension MessageHead {
  /// Takes out of a request's trailers what the proxy has said in the head, in its own words: servers that merge both
  /// would believe the client.
  public mutating func removeOwnTrailers() {
    if !mayHave(anyOf: .ownInRequests) { return }
    for place in fields.indices where FieldIDSet.ownInRequests.contains(fields[place].id) {
      remove(at: place)
    }
  }

  /// Takes out of `Trailer` what is no trailer that goes on. Whoever writes underscores means the same.
  mutating func removeUnfitAnnouncements() {
    let isRequest = status == 0
    removeAnnouncements { name in
      let id = FieldID(alias: name)
      return id.isForbiddenInTrailers || isRequest && FieldIDSet.ownInRequests.contains(id)
    }
  }

  /// Takes a name, which is in lower case, out of `Trailer`, in all spellings that `removeLike` takes.
  public mutating func removeAnnouncements(like name: Span<UInt8>) {
    removeAnnouncements { Self.isLike($0, name) }
  }

  /// Writes only those fields anew of which something is taken out.
  private mutating func removeAnnouncements(where isUnfit: (Span<UInt8>) -> Bool) {
    guard mayHave(anyOf: .of(.trailer)) else { return }
    for place in fields.indices where fields[place].id == .trailer && !fields[place].isRemoved {
      let value = fields[place].value
      guard announces(value, isUnfit) else { continue }
      remove(at: place)
      let start = beginField(FieldID.trailer.name.bytes)
      let valueStart = arena.count
      var index = 0
      while let member = bytes(of: value).nextMember(&index) {
        let name = ByteRange(value.start + member.start, value.start + member.end)
        if isUnfit(bytes(of: name)) { continue }
        if arena.count > valueStart { arena.append(", ") }
        arena.append(own: name.indices)
      }
      if arena.count > valueStart {
        endField(.trailer, name: start, value: valueStart)
      } else {
        arena.truncate(to: start)
      }
    }
  }

  private func announces(_ value: ByteRange, _ isUnfit: (Span<UInt8>) -> Bool) -> Bool {
    let list = bytes(of: value)
    var index = 0
    while let member = list.nextMember(&index) {
      if isUnfit(list.extracting(member.indices)) { return true }
    }
    return false
  }
}
