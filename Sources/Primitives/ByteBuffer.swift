/// Bytes that are written at the end and consumed at the front, in one contiguous allocation.
///
/// Owned by one place at a time (`~Copyable`), so appending never checks for other owners. Memory is taken
/// on the first append and kept until `release`; `clear` only forgets the content. Not thread-safe.
@safe
public struct ByteBuffer: ~Copyable {
  // SAFETY: [start, end) ⊆ [0, capacity) of `base` is initialised; every index below is checked against it.
  @usableFromInline internal var base: UnsafeMutablePointer<UInt8>?
  @usableFromInline internal var start = 0
  @usableFromInline internal var end = 0
  @usableFromInline internal var capacity = 0

  /// An empty buffer that holds no memory.
  @inlinable
  public init() { unsafe base = nil }

  /// An empty buffer with room for `capacity` bytes.
  public init(capacity: Int) {
    unsafe base = nil
    reserve(capacity)
  }

  deinit {
    // SAFETY: allocated in `grow`, owned by this value alone.
    unsafe base?.deallocate()
  }

  @inlinable public var count: Int { end &- start }
  @inlinable public var isEmpty: Bool { end == start }
  /// Bytes allocated.
  @inlinable public var allocated: Int { capacity }

  /// The readable bytes; valid until the next mutation.
  public var bytes: Span<UInt8> {
    @inlinable @_lifetime(borrow self)
    get {
      // SAFETY: the range is initialised, and the span cannot outlive the borrow.
      let span = unsafe Span<UInt8>(
        _unsafeStart: UnsafePointer(base ?? Self.nothing) + start, count: end &- start)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// `bytes` for a buffer that is a stored property of a class, whose spans cannot be passed on directly.
  @inlinable @inline(__always)
  public func withBytes<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R { try body(bytes) }

  /// A readable byte by its index from the front. Traps outside `0 ..< count`.
  @inlinable
  public subscript(_ index: Int) -> UInt8 {
    get {
      precondition(index >= 0 && index < count)
      // SAFETY: checked above.
      return unsafe base.unsafelyUnwrapped[start &+ index]
    }
    set {
      precondition(index >= 0 && index < count)
      // SAFETY: checked above.
      unsafe base.unsafelyUnwrapped[start &+ index] = newValue
    }
  }

  @inlinable
  public mutating func append(_ byte: UInt8) {
    if end == capacity { grow(1) }
    // SAFETY: `grow` made room.
    unsafe base.unsafelyUnwrapped[end] = byte
    end &+= 1
  }

  @inlinable
  public mutating func append(_ bytes: Span<UInt8>) {
    let count = bytes.count
    if count == 0 { return }
    if capacity &- end < count { grow(count) }
    // SAFETY: `grow` made room; a span cannot overlap a buffer that is being mutated.
    unsafe bytes.withUnsafeBufferPointer {
      unsafe Self.copy($0.baseAddress.unsafelyUnwrapped, to: base.unsafelyUnwrapped + end, count)
    }
    end &+= count
  }

  /// Inlined, so that a literal is copied by a few moves.
  @inlinable @inline(__always)
  public mutating func append(_ text: StaticString) {
    let count = text.utf8CodeUnitCount
    if count == 0 { return }
    if capacity &- end < count { grow(count) }
    // SAFETY: a static string's bytes live for ever; `grow` made room.
    unsafe (base.unsafelyUnwrapped + end).update(from: text.utf8Start, count: count)
    end &+= count
  }

  /// Appends text as UTF-8. For cold paths: the hot ones have bytes. Disfavoured, so that a literal is a
  /// `StaticString`, which is copied as one piece.
  @_disfavoredOverload
  public mutating func append(_ text: String) {
    for byte in text.utf8 { append(byte) }
  }

  /// Appends another part of this same buffer, by indices from the front.
  public mutating func append(own range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    let length = range.count
    if length == 0 { return }
    if capacity &- end < length { grow(length) }
    // SAFETY: both ranges lie in the allocation, and the target begins at or after the source's end.
    unsafe (base.unsafelyUnwrapped + end).update(
      from: base.unsafelyUnwrapped + start + range.lowerBound, count: length)
    end &+= length
  }

  /// Appends `count` zeros.
  public mutating func append(zeros count: Int) {
    precondition(count >= 0)
    if count == 0 { return }
    if capacity &- end < count { grow(count) }
    // SAFETY: `grow` made room.
    unsafe (base.unsafelyUnwrapped + end).update(repeating: 0, count: count)
    end &+= count
  }

  /// Overwrites bytes in place. Traps where they would not fit.
  @inlinable @inline(__always)
  public mutating func replace(at index: Int, with bytes: Span<UInt8>) {
    precondition(index >= 0 && index <= count && bytes.count <= count - index)
    if bytes.isEmpty { return }
    // SAFETY: checked above.
    unsafe bytes.withUnsafeBufferPointer {
      unsafe Self.copy($0.baseAddress.unsafelyUnwrapped, to: base.unsafelyUnwrapped + start + index, $0.count)
    }
  }

  /// An unsigned number in decimal digits.
  @inlinable
  public mutating func append(decimal value: UInt64) {
    // Parts of an address, statuses, most lengths.
    if value < 10 { return append(word: 48 &+ value, count: 1) }
    if value < 100 { return append(word: 48 &+ value / 10 | (48 &+ value % 10) &<< 8, count: 2) }
    if value < 1000 {
      let middle = value / 10 % 10
      return append(word: 48 &+ value / 100 | (48 &+ middle) &<< 8 | (48 &+ value % 10) &<< 16, count: 3)
    }
    var digits = 4
    var power: UInt64 = 10_000
    while value >= power {
      digits &+= 1
      if digits == 20 { break }
      power &*= 10
    }
    if capacity &- end < digits { grow(digits) }
    var rest = value
    var position = end &+ digits
    while position > end {
      position &-= 1
      // SAFETY: `grow` made room for all digits.
      unsafe base.unsafelyUnwrapped[position] = 48 &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    end &+= digits
  }

  /// An unsigned number in lower-case hexadecimal: exactly `digits` digits, or as few as needed when nil.
  @inlinable
  public mutating func append(hex value: UInt64, digits: Int? = nil) {
    let needed = digits ?? max(1, (64 - value.leadingZeroBitCount + 3) / 4)
    var shift = (needed &- 1) &* 4
    while shift >= 0 {
      let nibble = UInt8(truncatingIfNeeded: shift < 64 ? value >> UInt64(shift) : 0) & 15
      append(nibble < 10 ? 48 &+ nibble : 87 &+ nibble)
      shift &-= 4
    }
  }

  /// Drops `n` bytes at the front. Traps beyond `count`.
  @inlinable
  public mutating func consume(_ n: Int) {
    precondition(n >= 0 && n <= count)
    start &+= n
    if start == end {
      start = 0
      end = 0
    }
  }

  /// Drops bytes at the end, so that `count` remain. Traps where fewer are there.
  @inlinable
  public mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= self.count)
    end = start &+ count
  }

  /// Forgets the content, keeps the memory.
  @inlinable
  public mutating func clear() {
    start = 0
    end = 0
  }

  /// Forgets the content and gives the memory back.
  public mutating func release() {
    // SAFETY: allocated in `grow`, owned by this value alone.
    unsafe base?.deallocate()
    unsafe base = nil
    start = 0
    end = 0
    capacity = 0
  }

  /// Makes room for `n` further bytes.
  public mutating func reserve(_ n: Int) {
    if capacity - end < n { grow(n) }
  }

  /// Lets a system call write up to `limit` bytes at the end; `body` returns how many it wrote (below zero: none).
  @unsafe @inlinable
  public mutating func appendUnsafely(limit: Int, _ body: (UnsafeMutablePointer<UInt8>, Int) -> Int) -> Int {
    if capacity &- end < limit || capacity == 0 { grow(limit) }
    // SAFETY: the caller promises that `body` writes no more than it is offered.
    let written = unsafe body(base.unsafelyUnwrapped + end, limit)
    if written > 0 { end &+= written }
    return written
  }

  @usableFromInline
  internal mutating func grow(_ n: Int) {
    let count = end - start
    if start > 0, capacity - count >= n, start >= count {
      // SAFETY: the halves do not overlap, since start >= count.
      unsafe base.unsafelyUnwrapped.update(from: base.unsafelyUnwrapped + start, count: count)
    } else {
      // Half as much again: a large piece then takes what it needs, and a bound on content nearly bounds memory.
      let larger = max(64, max(capacity + capacity / 2, count + n))
      let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
      if let old = unsafe base {
        // SAFETY: fresh memory, of at least `count` bytes.
        unsafe fresh.update(from: old + start, count: count)
        unsafe old.deallocate()
      }
      unsafe base = fresh
      capacity = larger
    }
    start = 0
    end = count
  }

  /// What an empty buffer's span points at.
  @usableFromInline internal static var nothing: UnsafeMutablePointer<UInt8> {
    // SAFETY: never dereferenced, only given with a count of zero.
    unsafe UnsafeMutablePointer(bitPattern: 16).unsafelyUnwrapped
  }
}
