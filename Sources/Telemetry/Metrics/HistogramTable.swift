internal import Glibc
internal import Synchronization

/// One worker's histograms, each allocated when it is first used: 2 KiB a route or service that has traffic,
/// 8 bytes for one that has none. One thread records, any thread reads.
@safe
internal struct HistogramTable: ~Copyable, @unchecked Sendable {
  private typealias Cell = Atomic<UInt64>
  /// Buckets, then the sum in nanoseconds.
  private static let width = HistogramScale.bucketCount + 1

  // SAFETY: each slot is 0 or the address of `width` cells that live as long as this.
  private let slots: CounterTable

  init(rows: Int) { slots = CounterTable(rows: rows, stride: 1) }

  deinit {
    for row in 0..<slots.rows {
      // SAFETY: nobody records or reads any more; each address came from calloc.
      unsafe free(UnsafeMutableRawPointer(bitPattern: UInt(slots[row, 0])))
    }
  }

  /// The writing thread only, as `CounterTable.reserve`.
  func reserve(rows: Int) { slots.reserve(rows: rows) }

  /// The writing thread only.
  func record(_ nanoseconds: Int64, row: Int) {
    let cells = unsafe cells(row) ?? allocate(row)
    // SAFETY: a slot's address is that of `width` cells, and the scale stays below `width`.
    let bucket = HistogramScale.index(nanoseconds: nanoseconds)
    unsafe cells[bucket].store(cells[bucket].load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    let sum = Self.width &- 1
    let time = UInt64(truncatingIfNeeded: max(nanoseconds, 0))
    unsafe cells[sum].store(cells[sum].load(ordering: .relaxed) &+ time, ordering: .relaxed)
  }

  /// Adds what was recorded so far; returns false where nothing ever was. Any thread.
  @discardableResult
  func read(_ row: Int, into histogram: inout Histogram) -> Bool {
    // SAFETY: as in `record`; the slot was published when the cells were zero.
    guard let cells = unsafe cells(row) else { return false }
    for bucket in 0..<HistogramScale.bucketCount {
      histogram.counts[bucket] &+= unsafe cells[bucket].load(ordering: .relaxed)
    }
    histogram.sum &+= unsafe cells[Self.width - 1].load(ordering: .relaxed)
    return true
  }

  /// The row is another's from now on. The writing thread only.
  func clear(row: Int) {
    guard let cells = unsafe cells(row) else { return }
    // SAFETY: as in `record`.
    for index in 0..<Self.width { unsafe cells[index].store(0, ordering: .relaxed) }
  }

  @inline(__always)
  private func cells(_ row: Int) -> UnsafeMutablePointer<Cell>? {
    // SAFETY: see `slots`.
    unsafe UnsafeMutablePointer(bitPattern: UInt(slots[row, 0]))
  }

  @inline(never)
  private func allocate(_ row: Int) -> UnsafeMutablePointer<Cell> {
    guard let memory = unsafe calloc(Self.width, 8) else { fatalError("out of memory") }
    // SAFETY: zeroed and aligned; all-zero bytes are atomics of 0; published with releasing order, so that a reader
    // sees zeroes.
    let cells = unsafe memory.bindMemory(to: Cell.self, capacity: Self.width)
    slots.set(UInt64(UInt(bitPattern: memory)), row: row, 0, ordering: .releasing)
    return unsafe cells
  }
}
