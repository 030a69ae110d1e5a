internal import Glibc

/// Standard output and standard error.
enum Terminal {
  /// Whether standard output is a terminal.
  static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Columns and rows; 80 × 24 where the terminal does not say.
  static var size: (columns: Int, rows: Int) {
    var window = winsize()
    // SAFETY: the kernel fills one struct in.
    let code = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window)
    guard code == 0, window.ws_col > 0, window.ws_row > 0 else { return (80, 24) }
    return (Int(window.ws_col), Int(window.ws_row))
  }

  static func write(_ text: String) { write(text, to: STDOUT_FILENO) }
  static func writeError(_ text: String) { write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      // SAFETY: reads what the array holds beyond `sent`.
      let written = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress! + sent, $0.count - sent)
      }
      if written > 0 {
        sent += written
      } else if errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        unsafe _ = poll(&waiting, 1, 1000)
      } else if errno != EINTR {
        // A reader that has gone wants nothing more.
        return
      }
    }
  }
}
