import Glibc
import Testing

/// A file that cannot be opened for now, though nothing about it has changed: its lease is taken (fcntl(2)), and to open
/// it without waiting fails. So it is with any file while descriptors are short.
final class HeldFile {
  private static let setLease: Int32 = 1024
  private let descriptor: Int32

  init(_ path: String) throws {
    // The holder is told of those who try.
    _ = signal(SIGIO, SIG_IGN)
    descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
    try #require(descriptor >= 0)
    try #require(fcntl(descriptor, Self.setLease, Int32(F_WRLCK)) == 0)
  }

  deinit { close(descriptor) }
}
