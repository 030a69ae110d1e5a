extension StaticString {
  /// The text's bytes, without a copy. They live as long as the program.
  public var bytes: Span<UInt8> {
    @inlinable @inline(__always) @_lifetime(immortal)
    get {
      // SAFETY: a static string's bytes are constants of the program, and are never written or freed.
      let span = unsafe Span<UInt8>(_unsafeStart: utf8Start, count: utf8CodeUnitCount)
      return unsafe _overrideLifetime(span, copying: ())
    }
  }
}
