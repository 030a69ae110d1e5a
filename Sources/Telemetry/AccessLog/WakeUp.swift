internal import Glibc
internal import Primitives

/// A counting semaphore (sem_overview(7)): signalling is one atomic addition, and a system call only where
/// somebody waits. Waiting costs nothing.
@safe
internal final class WakeUp: @unchecked Sendable {
  // SAFETY: initialised once, stays at its address until nobody refers to this object.
  private let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    unsafe semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    // SAFETY: memory for one sem_t, used within this process only.
    let result = unsafe sem_init(semaphore, 0, 0)
    precondition(result == 0)
  }

  deinit {
    // SAFETY: initialised above; nobody waits, since a waiter would hold a reference.
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  /// Any thread; never blocks.
  func signal() {
    // SAFETY: see `semaphore`.
    _ = unsafe sem_post(semaphore)
  }

  /// Blocks until signalled, once a signal.
  func wait() {
    // SAFETY: see `semaphore`.
    while unsafe sem_wait(semaphore) != 0, errno == EINTR {}
  }

  /// False where no signal came in time.
  func wait(atMost interval: Interval) -> Bool {
    let end = WallClock.now + max(0, interval.nanoseconds)
    var deadline = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
    // SAFETY: see `semaphore`; the deadline is read during the call only.
    while unsafe sem_timedwait(semaphore, &deadline) != 0 {
      if errno != EINTR { return false }
    }
    return true
  }
}
