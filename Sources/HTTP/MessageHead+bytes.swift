public import Primitives

extension MessageHead {
  /// The bytes of a range; valid until the head changes.
  @inlinable @inline(__always) @_lifetime(borrow self)
  public func bytes(of range: ByteRange) -> Span<UInt8> {
    arena.bytes.extracting(range.indices)
  }

  /// `bytes(of:)` for a head that is a property of a class.
  @inlinable @inline(__always)
  public func withBytes<R, E: Error>(of range: ByteRange, _ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R
  {
    try body(arena.bytes.extracting(range.indices))
  }

  /// Whether a range holds this text. Ignoring case, `text` must be in lower case.
  public func equals(_ range: ByteRange, _ text: StaticString, ignoringCase: Bool = false) -> Bool {
    equals(range, text.bytes, ignoringCase: ignoringCase)
  }

  /// Whether a range holds these bytes. Ignoring case, `text` must be in lower case.
  public func equals(_ range: ByteRange, _ text: Span<UInt8>, ignoringCase: Bool = false) -> Bool {
    let bytes = bytes(of: range)
    return ignoringCase ? bytes.equalsLowercase(text) : bytes.equals(text)
  }

  /// A range as text, bad UTF-8 repaired. It allocates: for cold paths.
  public func text(of range: ByteRange) -> String {
    let bytes = bytes(of: range)
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    for i in bytes.indices { copy.append(bytes[i]) }
    return String(decoding: copy, as: UTF8.self)
  }
}
