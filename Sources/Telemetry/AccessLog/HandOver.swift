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

  /// The writer: hands over what is there, then gives the buffer back empty.
  func take(_ body: (borrowing ByteBuffer) -> Void) {
    guard isFull.load(ordering: .acquiring) else { return }
    // SAFETY: full, so it is the writer's.
    unsafe body(buffer)
    unsafe buffer.clear()
    isFull.store(false, ordering: .releasing)
  }

  /// The writer, at its end.
  func takeRest(_ body: (borrowing ByteBuffer) -> Void) {
    guard isFinished.load(ordering: .acquiring) else { return }
    // SAFETY: finished, so it is the writer's.
    unsafe body(rest)
    unsafe rest.clear()
  }
}
