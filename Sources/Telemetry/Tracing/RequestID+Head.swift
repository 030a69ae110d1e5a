public import HTTP
public import Primitives

extension RequestID {
  /// Gives a request its `X-Request-Id`: kept from a trusted peer where it sent one of 1 to 128 bytes (the first
  /// such), else made anew in place of whatever came.
  public static func assign(to head: inout MessageHead, trusted: Bool, random: inout Random) {
    var isKept = false
    var next = head.index(of: .xRequestID)
    while let index = next {
      let length = head.fields[index].value.count
      if trusted, !isKept, length > 0, length <= 128 { isKept = true } else { head.remove(at: index) }
      next = head.nextIndex(of: .xRequestID, from: index &+ 1)
    }
    if isKept { return }
    let id = RequestID(random: &random)
    head.append(.xRequestID) { id.append(to: &$0) }
  }
}
