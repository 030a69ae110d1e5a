import HTTP
import Primitives

/// A request head with these fields.
func head(_ fields: [(String, String)]) -> MessageHead {
  var head = MessageHead()
  for (name, value) in fields {
    let id = FieldID.names.first { $0.1 == name.lowercased() }?.0 ?? .other
    head.append(id, Array(value.utf8).span)
  }
  return head
}

/// The values of all fields of that kind that are still there.
func values(_ id: FieldID, of head: borrowing MessageHead) -> [String] {
  var result: [String] = []
  for index in 0..<head.fields.count where head.fields[index].id == id && !head.fields[index].isRemoved {
    head.withBytes(of: head.fields[index].value) { bytes in
      result.append(String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self))
    }
  }
  return result
}
