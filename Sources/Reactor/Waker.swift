internal import CLinux
internal import Synchronization

/// Wakes an event loop from other threads (eventfd(2)). Wakes that come before the loop gets to them are one.
public final class Waker: Sendable {
  let descriptor: Int32
  private let pending = Atomic<Bool>(false)
  private let stopped = Atomic<Bool>(false)

  init() throws(SystemError) {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    if descriptor < 0 { throw SystemError("eventfd") }
  }

  deinit { close(descriptor) }

  /// The loop calls `woken` soon. Any thread.
  public func wake() {
    if pending.exchange(true, ordering: .acquiringAndReleasing) { return }
    eventfd_write(descriptor, 1)
  }

  /// The loop's `run` returns after its current turn. Any thread.
  public func stop() {
    stopped.store(true, ordering: .releasing)
    wake()
  }

  var isStopped: Bool { stopped.load(ordering: .acquiring) }

  /// Somebody has called `wake` since the last `acknowledge`.
  var isPending: Bool { pending.load(ordering: .acquiring) }

  func acknowledge() {
    var value: UInt64 = 0
    // SAFETY: eventfd_read writes 8 bytes.
    unsafe _ = eventfd_read(descriptor, &value)
    pending.store(false, ordering: .releasing)
  }
}
