/// Names a slot of a `Slab` and the one tenant that is meant: a stale token finds nothing.
///
/// Packed into 64 bits so that it travels in `epoll_data` and in timers: 8 bits of kind (which slab), 24 bits
/// of generation, 32 bits of slot.
public struct Token: Hashable, Sendable {
  public let raw: UInt64

  @inlinable public init(raw: UInt64) { self.raw = raw }

  @inlinable
  public init(kind: UInt8, slot: Int, generation: UInt32) {
    raw = UInt64(kind) << 56 | UInt64(generation & 0xFF_FFFF) << 32 | UInt64(UInt32(truncatingIfNeeded: slot))
  }

  @inlinable public var kind: UInt8 { UInt8(truncatingIfNeeded: raw >> 56) }
  @inlinable public var generation: UInt32 { UInt32(truncatingIfNeeded: raw >> 32) & 0xFF_FFFF }
  @inlinable public var slot: Int { Int(UInt32(truncatingIfNeeded: raw)) }

  /// Names nothing. No slab hands it out: generations begin at 1.
  public static var none: Token { @inlinable get { Token(raw: 0) } }
}
