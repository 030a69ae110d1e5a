internal import Glibc
internal import Synchronization

/// One worker's histograms, each allocated when it is first used: 2 KiB a route or service that has traffic,
/// 8 bytes for one that has none. One thread records, any thread reads.
@safe
internal struct HistogramTable: ~Copyable, @unchecked Sendable {
  private typealias Cell = Atomic<UInt64>
  /// Buckets, then the sum in nanoseconds.
  private static let width = HistogramScale.bucketCount + 1

  // SAFETY: `count` zeroed words, each a valid atomic; 0 or the address of `width` cells that live as long as this.
  private let slots: UnsafeMutablePointer<Atomic<UInt>>
  let count: Int

  init(count: Int) {
    guard let memory = unsafe calloc(max(count, 1), 8) else { fatalError("out of memory") }
    // SAFETY: zeroed and aligned; all-zero bytes are an Atomic<UInt> of 0.
    unsafe slots = memory.bindMemory(to: Atomic<UInt>.self, capacity: count)
    self.count = count
  }

  deinit {
    for index in 0..<count {
      // SAFETY: nobody records or reads any more; each address came from calloc.
      unsafe free(UnsafeMutableRawPointer(bitPattern: slots[index].load(ordering: .relaxed)))
    }
    unsafe free(slots)
  }

  /// The writing thread only.
  func record(_ nanoseconds: Int64, at index: Int) {
    precondition(index >= 0 && index < count)
    // SAFETY: index checked; a slot's address is that of `width` cells, and the scale stays below `width`.
    var address = unsafe slots[index].load(ordering: .relaxed)
    if address == 0 { address = allocate(index) }
    let cells = unsafe UnsafeMutablePointer<Cell>(bitPattern: address).unsafelyUnwrapped
    let bucket = HistogramScale.index(nanoseconds: nanoseconds)
    unsafe cells[bucket].store(cells[bucket].load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    let sum = Self.width &- 1
    let time = UInt64(truncatingIfNeeded: max(nanoseconds, 0))
    unsafe cells[sum].store(cells[sum].load(ordering: .relaxed) &+ time, ordering: .relaxed)
  }

  /// Adds what was recorded so far; returns false where nothing ever was. Any thread.
  @discardableResult
  func read(_ index: Int, into histogram: inout Histogram) -> Bool {
    precondition(index >= 0 && index < count)
    // SAFETY: as in `record`; the acquiring load sees the cells zeroed.
    let address = unsafe slots[index].load(ordering: .acquiring)
    guard let cells = unsafe UnsafeMutablePointer<Cell>(bitPattern: address) else { return false }
    for bucket in 0..<HistogramScale.bucketCount {
      histogram.counts[bucket] &+= unsafe cells[bucket].load(ordering: .relaxed)
    }
    histogram.sum &+= unsafe cells[Self.width - 1].load(ordering: .relaxed)
    return true
  }

  @inline(never)
  private func allocate(_ index: Int) -> UInt {
    guard let memory = unsafe calloc(Self.width, 8) else { fatalError("out of memory") }
    // SAFETY: as in `init`; published with releasing order, so that a reader sees zeroes.
    unsafe memory.bindMemory(to: Cell.self, capacity: Self.width)
    let address = UInt(bitPattern: memory)
    unsafe slots[index].store(address, ordering: .releasing)
    return address
  }
}
