public import HTTP
public import Primitives

extension RequestID {
  /// Gives a request its `X-Request-Id`: kept from a trusted peer where it sent one of 1 to 128 bytes, else made
  /// anew in place of whatever came.
  public static func assign(to head: inout MessageHead, trusted: Bool, random: inout Random) {
    if trusted, let value = head.value(of: .xRequestID), value.count > 0, value.count <= 128 { return }
    var index = 0
    let count = head.fields.count
    while index < count {
      if head.fields[index].id == .xRequestID { head.fields[index].isRemoved = true }
      index &+= 1
    }
    let text = RequestID(random: &random).text
    head.append(.xRequestID, text.bytes)
  }
}
