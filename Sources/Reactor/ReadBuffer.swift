/// One loop's memory for reads: filled by one `receive`, looked at, and filled again. Not thread-safe.
@safe
public struct ReadBuffer: ~Copyable {
  // SAFETY: the first `count` of `capacity` bytes are initialised by the kernel.
  @usableFromInline internal let base: UnsafeMutablePointer<UInt8>
  public let capacity: Int
  /// Bytes that the last receive brought.
  public internal(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    unsafe base = .allocate(capacity: capacity)
  }

  deinit {
    // SAFETY: allocated in init, owned by this value alone.
    unsafe base.deallocate()
  }

  /// What the last receive brought; valid until the next.
  public var bytes: Span<UInt8> {
    @inlinable @_lifetime(borrow self)
    get {
      // SAFETY: the range is initialised, and the span cannot outlive the borrow.
      let span = unsafe Span<UInt8>(_unsafeStart: UnsafePointer(base), count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }
}
