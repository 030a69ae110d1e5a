import HTTP
import Primitives

/// A request head with these fields.
func head(_ fields: [(String, String)]) -> MessageHead {
  var head = MessageHead()
  for (name, value) in fields {
    head.append(name: Array(name.utf8).span, value: Array(value.utf8).span)
  }
  return head
}

/// The values of all fields of that kind that are still there.
func values(_ id: FieldID, of head: borrowing MessageHead) -> [String] {
  var result: [String] = []
  for index in 0..<head.fields.count where head.fields[index].id == id && !head.fields[index].isRemoved {
    result.append(head.text(of: head.fields[index].value))
  }
  return result
}
