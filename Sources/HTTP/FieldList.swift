/// A head's fields, in one allocation that is kept. Its head alone has it (`~Copyable`): an array would ask at each change
/// whether somebody else does. Not thread-safe.
@safe
public struct FieldList: ~Copyable {
  // SAFETY: [0, count) ⊆ [0, capacity) of `base` is initialised; every index below is checked against it.
  @usableFromInline internal var base: UnsafeMutablePointer<Field>?
  public private(set) var count = 0
  private var capacity = 0

  /// Holds no memory.
  internal init() { unsafe base = nil }

  deinit { unsafe base?.deallocate() }

  public var isEmpty: Bool { @inlinable get { count == 0 } }
  public var indices: Range<Int> { @inlinable get { 0..<count } }

  public var span: Span<Field> {
    @inlinable @_lifetime(borrow self)
    get {
      guard let base = unsafe base else { return unsafe _overrideLifetime(Span(), borrowing: self) }
      // SAFETY: the range is initialised, and the span cannot outlive the borrow.
      let span = unsafe Span<Field>(_unsafeStart: base, count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Traps outside `indices`.
  @inlinable
  public internal(set) subscript(_ index: Int) -> Field {
    get {
      precondition(index >= 0 && index < count)
      // SAFETY: checked above.
      return unsafe base.unsafelyUnwrapped[index]
    }
    set {
      precondition(index >= 0 && index < count)
      // SAFETY: checked above.
      unsafe base.unsafelyUnwrapped[index] = newValue
    }
  }

  @inline(__always)
  internal mutating func append(_ field: Field) {
    if count == capacity { grow(1) }
    // SAFETY: `grow` made room.
    unsafe (base.unsafelyUnwrapped + count).initialize(to: field)
    count &+= 1
  }

  internal mutating func append(contentsOf other: borrowing FieldList) {
    for index in other.indices { append(other[index]) }
  }

  /// Forgets the fields, keeps the memory.
  @inline(__always)
  internal mutating func clear() { count = 0 }

  /// Forgets the fields and gives the memory back.
  internal mutating func release() {
    // SAFETY: allocated in `grow`, owned by this value alone.
    unsafe base?.deallocate()
    unsafe base = nil
    count = 0
    capacity = 0
  }

  @inline(never)
  private mutating func grow(_ n: Int) {
    capacity = max(16, 2 * capacity, count + n)
    let fresh = UnsafeMutablePointer<Field>.allocate(capacity: capacity)
    if let old = unsafe base {
      // SAFETY: fresh memory, of at least `count` fields.
      unsafe fresh.update(from: old, count: count)
      unsafe old.deallocate()
    }
    unsafe base = fresh
  }
}
