internal import Glibc
internal import Primitives

/// Where log lines go. Nobody waits for whoever reads them: a pipe that is full would stop workers.
@safe
struct LogOutput: Sendable {
  let descriptor: Int32
  /// A pipe that is said to be writable takes so much without waiting (PIPE_BUF), and does not mix it with other lines.
  private static let piece = 4096

  /// Hands a line over. False where it is not taken at once; of a line longer than 4 KiB a part may have been.
  func write(_ line: Span<UInt8>) -> Bool {
    var from = 0
    while from < line.count {
      if !isWritable { return false }
      let piece = line.extracting(from..<min(line.count, from + Self.piece))
      // SAFETY: reads `count` bytes that the span holds.
      let written = unsafe piece.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        from += written
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }

  private var isWritable: Bool {
    var question = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    // SAFETY: one entry, which lives as long as the call.
    return unsafe poll(&question, 1, 0) == 1 && question.revents & Int16(POLLOUT) != 0
  }
}
