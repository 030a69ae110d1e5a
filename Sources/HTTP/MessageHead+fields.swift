internal import Primitives

extension MessageHead {
  /// The place of the first field of this name that is still there.
  @inlinable
  public func index(of id: FieldID) -> Int? {
    if !present.contains(id) { return nil }
    return nextIndex(of: id, from: 0)
  }

  /// Whether there may be a field with one of these names: false is sure.
  @inlinable @inline(__always)
  public func mayHave(anyOf ids: FieldIDSet) -> Bool { !present.isDisjoint(with: ids) }

  /// The place of the next field of this name from `start` on.
  public func nextIndex(of id: FieldID, from start: Int) -> Int? {
    var i = start
    while i < fields.count {
      if fields[i].id == id, !fields[i].isRemoved { return i }
      i &+= 1
    }
    return nil
  }

  /// The value of the first field of this name.
  @inlinable
  public func value(of id: FieldID) -> ByteRange? {
    guard let index = index(of: id) else { return nil }
    return fields[index].value
  }

  /// The place of the first field of this name, which is in lower case.
  public func index(named name: Span<UInt8>, from start: Int = 0) -> Int? {
    let id = FieldID(name: name)
    if id != .other { return present.contains(id) ? nextIndex(of: id, from: start) : nil }
    var i = start
    while i < fields.count {
      let field = fields[i]
      if field.id == .other, !field.isRemoved, Int(field.name.count) == name.count,
        bytes(of: field.name).equalsLowercase(name)
      {
        return i
      }
      i &+= 1
    }
    return nil
  }

  /// The value of the first field of this name, which is in lower case.
  public func value(named name: Span<UInt8>) -> ByteRange? {
    guard let index = index(named: name) else { return nil }
    return fields[index].value
  }

  /// The place of the first field of this name, which is in lower case.
  public func index(named name: StaticString, from start: Int = 0) -> Int? {
    index(named: name.bytes, from: start)
  }

  /// The value of the first field of this name, which is in lower case.
  public func value(named name: StaticString) -> ByteRange? { value(named: name.bytes) }

  /// Takes all fields of this name, which is in lower case, out.
  public mutating func remove(named name: StaticString) { remove(named: name.bytes) }

  /// Takes one field out.
  public mutating func remove(at index: Int) { fields[index].isRemoved = true }

  /// Takes all fields of this name out.
  public mutating func remove(_ id: FieldID) {
    if !present.contains(id) { return }
    for i in fields.indices where fields[i].id == id { fields[i].isRemoved = true }
  }

  /// Takes all fields of this name, which is in lower case, out.
  public mutating func remove(named name: Span<UInt8>) {
    var start = 0
    while let index = index(named: name, from: start) {
      fields[index].isRemoved = true
      start = index + 1
    }
  }

  /// Points a field at another value in the arena.
  public mutating func setValue(at index: Int, _ value: ByteRange) {
    fields[index].value = value
    fields[index].isVerbatim = false
  }
}
