internal import CLinux
internal import Primitives

/// An epoll instance with room for one batch of events. Descriptors are registered once, edge-triggered, for
/// everything: no request ever pays for an `epoll_ctl`. Owned by one thread.
@safe
struct Poller: ~Copyable {
  private let descriptor: Int32
  private let events: UnsafeMutablePointer<epoll_event>
  private let capacity: Int

  /// - Throws: `SystemError` where the process may open no further descriptor.
  init(capacity: Int = 256) throws(SystemError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    self.capacity = capacity
    unsafe events = .allocate(capacity: capacity)
    if descriptor < 0 { throw SystemError("epoll_create1") }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    // SAFETY: allocated in init, owned by this value alone.
    unsafe events.deallocate()
  }

  /// Reports `token` with everything that happens to `fd`, each thing once.
  func add(_ fd: Int32, token: Token) throws(SystemError) {
    if clinux_epoll_add(descriptor, fd, Self.everything, token.raw) != 0 { throw SystemError("epoll_ctl") }
  }

  /// The same, for one that was added already.
  func modify(_ fd: Int32, token: Token) throws(SystemError) {
    if clinux_epoll_modify(descriptor, fd, Self.everything, token.raw) != 0 { throw SystemError("epoll_ctl") }
  }

  /// EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLET.
  private static let everything: UInt32 = 0x001 | 0x004 | 0x2000 | 1 << 31

  /// Like `add`, for a descriptor that several pollers share: one of them is woken (EPOLLEXCLUSIVE, level-triggered).
  func addShared(_ fd: Int32, token: Token) throws(SystemError) {
    let exclusive: UInt32 = 1 << 28
    if clinux_epoll_add(descriptor, fd, 0x001 | exclusive, token.raw) != 0 { throw SystemError("epoll_ctl") }
  }

  func remove(_ fd: Int32) { _ = clinux_epoll_remove(descriptor, fd) }

  /// Waits until something is ready or `timeout` milliseconds have passed (−1: for ever). Returns the batch's size.
  func wait(timeout: Int32) -> Int {
    // SAFETY: the kernel writes at most `capacity` events.
    let n = unsafe epoll_wait(descriptor, events, Int32(capacity), timeout)
    return n > 0 ? Int(n) : 0
  }

  /// Event `index` of the last batch.
  subscript(_ index: Int) -> (token: Token, readiness: Readiness) {
    // SAFETY: callers stay below what `wait` returned.
    unsafe (
      Token(raw: clinux_event_data(events + index)), Readiness(rawValue: clinux_event_mask(events + index))
    )
  }
}
