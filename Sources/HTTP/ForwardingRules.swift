internal import Primitives

/// What a proxy must take out of a head before it goes on (RFC 9110 §7.6.1).
public enum ForwardingRules {
  /// Removes the fields for one hop, and those that `Connection` names; but what the next hop must see (Host,
  /// framing, credentials, who forwarded) stays, whatever `Connection` says.
  ///
  /// Kept: `TE: trailers`; `Upgrade` where `head.upgrade` says that it means something, without `h2c`; `Trailer`
  /// where the body goes on in chunks, since its trailers do too, without the names of those that do not. Call it once, before fields are added.
  public static func removeHopByHop(_ head: inout MessageHead) {
    if head.connectionNamesFields { removeNamed(&head) }
    if !head.mayHave(anyOf: .hopByHop) { return }
    var keepsTrailers = false
    var hasH2C = false
    for i in head.fields.indices {
      let field = head.fields[i]
      if field.isRemoved || !field.id.isHopByHop { continue }
      switch field.id {
      case .te:
        if head.bytes(of: field.value).listContains("trailers") { keepsTrailers = true }
      case .upgrade where head.upgrade:
        if head.bytes(of: field.value).listContains("h2c") { hasH2C = true } else { continue }
      case .trailer where head.framing == .chunked:
        continue
      default: break
      }
      head.remove(at: i)
      if hasH2C { appendUpgrade(&head, without: field.value) }
      hasH2C = false
    }
    if keepsTrailers { head.append(.te, "trailers") }
    head.removeUnfitAnnouncements()
  }

  /// Writes `Upgrade` anew, with all protocols of the old value but `h2c`.
  private static func appendUpgrade(_ head: inout MessageHead, without value: ByteRange) {
    var index = 0
    while let member = head.bytes(of: value).nextMember(&index) {
      let range = ByteRange(value.start + member.start, value.start + member.end)
      if !head.equals(range, "h2c", ignoringCase: true) { head.append(.upgrade, copying: range) }
    }
  }

  /// Removes what the `Connection` fields name.
  private static func removeNamed(_ head: inout MessageHead) {
    var start = 0
    while let place = head.nextIndex(of: .connection, from: start) {
      let value = head.fields[place].value
      var index = 0
      while let member = head.bytes(of: value).nextMember(&index) {
        removeNamed(&head, ByteRange(value.start + member.start, value.start + member.end))
      }
      start = place + 1
    }
  }

  private static func removeNamed(_ head: inout MessageHead, _ name: ByteRange) {
    let id = FieldID(name: head.bytes(of: name))
    // The fixed ones are seen to by `removeHopByHop`, with their exceptions.
    if id.isKeptFromConnection || id.isHopByHop { return }
    for i in head.fields.indices where head.fields[i].id == id {
      let other = head.fields[i].name
      if id != .other || head.bytes(of: other).equalsIgnoringCase(head.bytes(of: name)) { head.remove(at: i) }
    }
  }
}
