public import HTTP

/// A rule's `RequestHeaderModifier` or `ResponseHeaderModifier`, ready to be applied: first `set`, then `add`, then
/// `remove`. Names and values are checked by whoever reads the configuration.
public struct HeaderFilter: Sendable {
  struct Line: Sendable {
    let id: FieldID
    let name: [UInt8]
    let lowercased: [UInt8]
    let value: [UInt8]

    init(_ name: String, _ value: String) {
      let bytes = Array(name.utf8)
      id = FieldID(name: bytes.span)
      self.name = bytes
      lowercased = bytes.map(\.lowercased)
      self.value = Array(value.utf8)
    }
  }

  let sets: [Line]
  let adds: [Line]
  let removes: [Line]

  /// - Parameters:
  ///   - set: replaces all fields of that name, or adds one.
  ///   - add: is added to those that are there.
  ///   - remove: drops all fields of that name.
  public init(set: [(String, String)] = [], add: [(String, String)] = [], remove: [String] = []) {
    sets = set.map(Line.init)
    adds = add.map(Line.init)
    removes = remove.map { Line($0, "") }
  }

  public var isEmpty: Bool { sets.isEmpty && adds.isEmpty && removes.isEmpty }

  /// Allocates nothing where the head's arena has room.
  public func apply(to head: inout MessageHead) {
    for index in sets.indices {
      remove(sets[index], from: &head)
      append(sets[index], to: &head)
    }
    for index in adds.indices { append(adds[index], to: &head) }
    for index in removes.indices { remove(removes[index], from: &head) }
  }

  private func remove(_ line: Line, from head: inout MessageHead) {
    if line.id == .other {
      head.remove(named: line.lowercased.span)
    } else {
      head.remove(line.id)
    }
  }

  private func append(_ line: Line, to head: inout MessageHead) {
    head.append(name: line.name.span, value: line.value.span)
  }
}
