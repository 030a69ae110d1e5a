internal import CLinux
internal import Glibc
internal import Primitives
internal import Reactor

/// SIGTERM, SIGINT, SIGHUP and SIGUSR1 as events of a loop (signalfd(2)). Make it before any thread starts: they inherit that the
/// signals are blocked. SIGPIPE is ignored, since a closed connection is no reason to end.
final class SignalSource {
  let descriptor: Int32

  init() throws(SystemError) {
    var set = sigset_t()
    // SAFETY: each call reads or writes the one set.
    unsafe sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGHUP, SIGUSR1] { unsafe sigaddset(&set, number) }
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    _ = signal(SIGPIPE, SIG_IGN)
    descriptor = unsafe signalfd(-1, &set, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
    if descriptor < 0 { throw SystemError("signalfd", code: errno) }
  }

  deinit { close(descriptor) }

  /// The number of a signal that has come, nil for none.
  func next() -> Int32? {
    var info = signalfd_siginfo()
    // SAFETY: the kernel writes whole structs of that size.
    let count = unsafe read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size)
    return count == MemoryLayout<signalfd_siginfo>.size ? Int32(info.ssi_signo) : nil
  }
}
