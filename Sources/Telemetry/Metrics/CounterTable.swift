internal import Glibc
public import Synchronization

/// Rows of 64-bit counters that one thread writes and any thread reads. More rows may be asked for while both go on.
///
/// What holds for a `CounterArray`, which has one row for ever, holds here, too.
@safe
public struct CounterTable: ~Copyable, @unchecked Sendable {
  // SAFETY: `address` is that of `words` zeroed words, each a valid `Atomic<UInt64>`; every index is checked against
  // `words`. When rows are added the address is published before the number, and the former memory stays until the end,
  // so that whoever reads the one and then the other stays within what is there.
  @usableFromInline internal let address: Atomic<UInt>
  @usableFromInline internal let words: Atomic<Int>
  public let stride: Int

  /// A cache line of room on both sides, so that two workers' rows never share one. Its first word says where the former
  /// memory is.
  private static let room = 64

  public init(rows: Int, stride: Int) {
    self.stride = stride
    words = Atomic(rows * stride)
    address = Atomic(Self.allocate(rows * stride, former: 0))
  }

  deinit {
    var next = address.load(ordering: .relaxed)
    while let block = unsafe UnsafeMutableRawPointer(bitPattern: next) {
      // SAFETY: `next` came from `allocate`; nobody reads or writes any more.
      let start = unsafe block - Self.room
      next = unsafe start.load(as: UInt.self)
      unsafe free(start)
    }
  }

  public var rows: Int { words.load(ordering: .acquiring) / stride }

  /// Adds with wrap-around; only ever called by the one writing thread.
  @inlinable @inline(__always)
  public func add(_ n: UInt64, row: Int, _ column: Int) {
    let index = row &* stride &+ column
    precondition(UInt(bitPattern: index) < UInt(bitPattern: words.load(ordering: .relaxed)))
    // SAFETY: checked above.
    let cell = unsafe cells + index
    unsafe cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ n, ordering: .relaxed)
  }

  /// Overwrites; the writing thread only.
  func set(_ value: UInt64, row: Int, _ column: Int, ordering: AtomicStoreOrdering = .relaxed) {
    let index = row * stride + column
    precondition(index >= 0 && index < words.load(ordering: .relaxed))
    // SAFETY: checked above.
    switch ordering {
    case .releasing: unsafe cells[index].store(value, ordering: .releasing)
    default: unsafe cells[index].store(value, ordering: .relaxed)
    }
  }

  /// Zero where the row is yet to come. Any thread.
  public subscript(_ row: Int, _ column: Int) -> UInt64 {
    let index = row * stride + column
    guard index >= 0, index < words.load(ordering: .acquiring) else { return 0 }
    // SAFETY: checked above.
    return unsafe cells[index].load(ordering: .acquiring)
  }

  /// Makes sure of so many rows. The writing thread only.
  func reserve(rows: Int) {
    let before = words.load(ordering: .relaxed)
    guard rows * stride > before else { return }
    // Twice as many, so that all that is kept of the former memory is no more than what is used.
    let after = max(rows * stride, 2 * before)
    let former = unsafe cells
    let fresh = Self.allocate(after, former: UInt(bitPattern: former))
    // SAFETY: `allocate` gave `after` words, of which these are the first.
    let target = unsafe UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: fresh).unsafelyUnwrapped
    for index in 0..<before {
      let value = unsafe former[index].load(ordering: .relaxed)
      // Memory that nothing was counted in stays untouched, and so is none.
      if value != 0 { unsafe target[index].store(value, ordering: .relaxed) }
    }
    address.store(fresh, ordering: .releasing)
    words.store(after, ordering: .releasing)
  }

  /// The row is another's from now on. The writing thread only.
  func clear(row: Int) {
    for column in 0..<stride where self[row, column] != 0 { set(0, row: row, column) }
  }

  @usableFromInline @inline(__always)
  internal var cells: UnsafeMutablePointer<Atomic<UInt64>> {
    // SAFETY: never 0.
    unsafe UnsafeMutablePointer(bitPattern: address.load(ordering: .relaxed)).unsafelyUnwrapped
  }

  private static func allocate(_ words: Int, former: UInt) -> UInt {
    guard let memory = unsafe calloc(words * 8 + 2 * room, 1) else { fatalError("out of memory") }
    // SAFETY: zeroed memory of that size, aligned for words; all-zero bytes are an Atomic<UInt64> of 0.
    unsafe memory.storeBytes(of: former, as: UInt.self)
    let start = unsafe memory + room
    _ = unsafe start.bindMemory(to: Atomic<UInt64>.self, capacity: words)
    return UInt(bitPattern: start)
  }
}
