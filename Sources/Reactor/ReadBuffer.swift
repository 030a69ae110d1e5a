/// One loop's memory for reads: filled by one `receive`, looked at, and filled again. Not thread-safe.
///
/// What is looked at must not be replaced meanwhile: a `receive` inside `withBytes` traps.
@safe
public final class ReadBuffer {
  // SAFETY: the first `count` of `capacity` bytes were initialised by the kernel.
  @usableFromInline internal let base: UnsafeMutablePointer<UInt8>
  public let capacity: Int
  /// Bytes that the last receive brought.
  public internal(set) var count = 0
  @usableFromInline internal var isLookedAt = false

  init(capacity: Int) {
    self.capacity = capacity
    // On a page's edge: a copy between two places of nearly the same offset within their pages stalls on every line
    // (4 KiB aliasing), which halved the rate of uploads.
    // SAFETY: fresh memory, used as bytes only.
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 4096)
      .bindMemory(to: UInt8.self, capacity: capacity)
  }

  deinit {
    // SAFETY: allocated in init, owned by this object alone.
    unsafe UnsafeMutableRawPointer(base).deallocate()
  }

  /// Calls `body` with what the last receive brought.
  @inlinable @inline(__always)
  public func withBytes(_ body: (Span<UInt8>) -> Void) {
    isLookedAt = true
    // SAFETY: the range is initialised, and `isLookedAt` keeps it so until `body` returns.
    unsafe body(Span(_unsafeStart: UnsafePointer(base), count: count))
    isLookedAt = false
  }
}
