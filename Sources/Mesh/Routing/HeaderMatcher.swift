internal import HTTP
internal import Primitives

/// A criterion on a header field.
///
/// A field that is given several times counts as its values joined by commas (RFC 9110, section 5.3), as Gateway API
/// advises: a criterion cannot be met by adding a second field.
struct HeaderMatcher: Sendable {
  private let name: [UInt8]
  private let id: FieldID
  private let value: [UInt8]
  private let expression: RegularExpression?

  init(_ match: ValueMatch) {
    let name = match.name.utf8.map(\.lowercased)
    id = FieldID(name: name.span)
    self.name = name
    switch match.pattern {
    case .exact(let text):
      value = Array(text.utf8)
      expression = nil
    case .regularExpression(let compiled):
      value = []
      expression = compiled
    }
  }

  func matches(_ head: borrowing MessageHead, _ scratch: inout MatchScratch) -> Bool {
    let first = next(after: -1, head)
    guard first >= 0 else { return false }
    let second = next(after: first, head)
    if second < 0 {
      let bytes = head.bytes(of: head.fields[first].value)
      return expression?.matches(bytes, scratch: &scratch) ?? bytes.isEqual(to: value.span)
    }
    var text = ByteBuffer()
    swap(&text, &scratch.text)
    text.clear()
    text.append(head.bytes(of: head.fields[first].value))
    var field = second
    while field >= 0 {
      text.append(44 as UInt8)
      text.append(head.bytes(of: head.fields[field].value))
      field = next(after: field, head)
    }
    let result = expression?.matches(text.bytes, scratch: &scratch) ?? text.bytes.isEqual(to: value.span)
    swap(&text, &scratch.text)
    return result
  }

  /// The index of the next field of this name, -1 where there is none.
  private func next(after index: Int, _ head: borrowing MessageHead) -> Int {
    for index in (index + 1)..<head.fields.count {
      let field = head.fields[index]
      if field.id == id, !field.isRemoved,
        id != .other || head.bytes(of: field.name).isEqualLowercased(to: name.span)
      {
        return index
      }
    }
    return -1
  }
}
