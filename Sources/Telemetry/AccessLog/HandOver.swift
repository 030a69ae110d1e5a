internal import Primitives
internal import Synchronization

/// Where one worker leaves its lines for the writing thread: a single buffer that belongs to one of the two, by
/// an atomic flag. Neither ever waits for the other.
@safe
internal final class HandOver: @unchecked Sendable {
  // SAFETY: the worker touches `buffer` only while `isFull` is false, the writer only while it is true; the flag
  // is stored with releasing and loaded with acquiring order. `rest` is the worker's until `isFinished`.
  private let isFull = Atomic<Bool>(false)
  private let isFinished = Atomic<Bool>(false)
  /// Lines that the writer could not write and the worker has not counted yet.
  private let lost = Atomic<Int>(0)
  nonisolated(unsafe) private var buffer = ByteBuffer()
  nonisolated(unsafe) private var rest = ByteBuffer()

  /// The worker: exchanges `lines` for the emptied buffer of last time; false while the writer is still busy.
  func offer(_ lines: inout ByteBuffer) -> Bool {
    if isFull.load(ordering: .acquiring) { return false }
    // SAFETY: not full, so it is the worker's.
    unsafe swap(&buffer, &lines)
    isFull.store(true, ordering: .releasing)
    return true
  }

  /// The worker, once, with its last lines.
  func finish(_ lines: inout ByteBuffer) {
    // SAFETY: not finished yet, so it is the worker's.
    unsafe swap(&rest, &lines)
    isFinished.store(true, ordering: .releasing)
  }

  /// The worker: lines lost in writing since it last asked.
  func takeLost() -> Int {
    if lost.load(ordering: .relaxed) == 0 { return 0 }
    return lost.exchange(0, ordering: .relaxed)
  }

  /// The writer: hands over what is there, then gives the buffer back empty. `body` tells how many lines it lost.
  func take(_ body: (borrowing ByteBuffer) -> Int) {
    guard isFull.load(ordering: .acquiring) else { return }
    // SAFETY: full, so it is the writer's.
    let count = unsafe body(buffer)
    if count > 0 { lost.add(count, ordering: .relaxed) }
    unsafe buffer.clear()
    isFull.store(false, ordering: .releasing)
  }

  /// The writer, at its end.
  func takeRest(_ body: (borrowing ByteBuffer) -> Int) {
    guard isFinished.load(ordering: .acquiring) else { return }
    // SAFETY: finished, so it is the writer's.
    let count = unsafe body(rest)
    if count > 0 { lost.add(count, ordering: .relaxed) }
    unsafe rest.clear()
  }
}
