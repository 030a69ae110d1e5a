public import Primitives

// Values come from the proxy itself, or were checked before: nothing here looks for line ends in them.
extension MessageHead {
  /// Adds a field with a known name. Not for `.other`.
  public mutating func append(_ id: FieldID, _ value: Span<UInt8>) {
    append(id, name: id.name.bytes, value: value)
  }

  /// Adds a field with a known name. Not for `.other`.
  public mutating func append(_ id: FieldID, _ value: StaticString) { append(id, value.bytes) }

  /// Adds a field with a known name, whose value `write` appends to the arena.
  @inlinable @inline(__always)
  public mutating func append(_ id: FieldID, _ write: (inout ByteBuffer) -> Void) {
    let start = beginField(id.name.bytes)
    let valueStart = arena.count
    write(&arena)
    endField(id, name: start, value: valueStart)
  }

  /// Adds a field with a known name, and a value that is in the arena already.
  public mutating func append(_ id: FieldID, copying value: ByteRange) {
    let start = beginField(id.name.bytes)
    let valueStart = arena.count
    arena.append(own: value.indices)
    endField(id, name: start, value: valueStart)
  }

  /// Adds an element, which `write` appends to the arena, to a field that is a list: whatever lines it has become one
  /// (RFC 9110, section 5.3), with the new element last. Not for `.other`.
  @inlinable
  public mutating func appendElement(_ id: FieldID, _ write: (inout ByteBuffer) -> Void) {
    var index = index(of: id)
    let start = beginField(id.name.bytes)
    let valueStart = arena.count
    while let line = index {
      let value = fields[line].value
      if !value.isEmpty {
        arena.append(own: value.indices)
        arena.append(", ")
      }
      remove(at: line)
      index = nextIndex(of: id, from: line + 1)
    }
    write(&arena)
    endField(id, name: start, value: valueStart)
  }

  /// Adds a field with any name.
  public mutating func append(name: Span<UInt8>, value: Span<UInt8>) {
    append(FieldID(name: name), name: name, value: value)
  }

  /// Adds a field whose name's id is known.
  mutating func append(_ id: FieldID, name: Span<UInt8>, value: Span<UInt8>) {
    let start = arena.count
    arena.appendLine(name, value)
    let nameEnd = start &+ name.count
    add(
      Field(
        name: ByteRange(start, nameEnd), value: ByteRange(nameEnd &+ 2, arena.count &- 2), id: id,
        isVerbatim: true))
  }

  /// Adds a field with any name.
  public mutating func append(name: StaticString, value: StaticString) {
    append(name: name.bytes, value: value.bytes)
  }

  /// Adds a field with any name, whose value `write` appends to the arena.
  @inlinable @inline(__always)
  public mutating func append(name: StaticString, _ write: (inout ByteBuffer) -> Void) {
    let start = beginField(name.bytes)
    let valueStart = arena.count
    write(&arena)
    endField(FieldID(name: name.bytes), name: start, value: valueStart)
  }

  /// `append` after `remove`.
  public mutating func set(_ id: FieldID, _ value: Span<UInt8>) {
    remove(id)
    append(id, value)
  }

  /// `append` after `remove`.
  public mutating func set(_ id: FieldID, _ value: StaticString) { set(id, value.bytes) }

  /// `append` after `remove`.
  @inlinable @inline(__always)
  public mutating func set(_ id: FieldID, _ write: (inout ByteBuffer) -> Void) {
    remove(id)
    append(id, write)
  }

  /// `append` after `remove`; `name` is in lower case.
  public mutating func set(name: Span<UInt8>, value: Span<UInt8>) {
    remove(named: name)
    append(name: name, value: value)
  }

  /// Puts bytes into the arena that belong to no field; gives their place.
  internal mutating func place(_ bytes: Span<UInt8>) -> ByteRange {
    let start = arena.count
    arena.append(bytes)
    return ByteRange(start, arena.count)
  }

  /// Says whether a field may be held in tables on its further way.
  internal mutating func setNeverIndexed(_ isNeverIndexed: Bool, at index: Int) {
    fields[index].isNeverIndexed = isNeverIndexed
  }

  /// Writes a name and the colon; gives the name's place.
  @usableFromInline
  internal mutating func beginField(_ name: Span<UInt8>) -> Int {
    let start = arena.count
    arena.appendName(name)
    return start
  }

  /// Ends the line that `beginField` began, and notes the field.
  @usableFromInline
  internal mutating func endField(_ id: FieldID, name: Int, value: Int) {
    let end = arena.count
    arena.append("\r\n")
    add(
      Field(name: ByteRange(name, value &- 2), value: ByteRange(value, end), id: id, isVerbatim: true))
  }

  @inline(__always)
  internal mutating func add(_ field: Field) {
    fields.append(field)
    present.insert(field.id)
  }
}

extension MessageHead {
  /// Makes a response with nothing in it but a status, for an answer of the proxy's own.
  public mutating func reset(status: Int) {
    clear()
    self.status = status
  }

  /// Sets the path from bytes of the caller, which must be a valid one. The target as received stays.
  public mutating func setPath(_ path: Span<UInt8>) {
    let start = arena.count
    arena.append(path)
    self.path = ByteRange(start, arena.count)
  }
}
