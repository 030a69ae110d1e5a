/// One header field of a head: ranges into its arena, and which of the known names it has.
public struct Field: Equatable, Sendable {
  public var name: ByteRange
  /// Without the white space around it.
  public var value: ByteRange
  public var id: FieldID
  /// Taken out: every reader passes over it.
  public var isRemoved: Bool
  /// The arena holds exactly `name: value\r\n`, so that neighbours can be copied as one piece.
  public var isVerbatim: Bool
  /// It came as one that no table may hold, and must go on so (RFC 7541, section 6.2.3).
  public var isNeverIndexed: Bool

  @inlinable
  public init(name: ByteRange, value: ByteRange, id: FieldID, isVerbatim: Bool) {
    self.name = name
    self.value = value
    self.id = id
    isRemoved = false
    self.isVerbatim = isVerbatim
    isNeverIndexed = false
  }
}
