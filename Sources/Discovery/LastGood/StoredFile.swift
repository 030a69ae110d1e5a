internal import Glibc

/// A file that is read and replaced as a whole.
enum StoredFile {
  /// Nil where there is none.
  /// - Parameter limit: bytes.
  static func read(_ path: String, limit: Int) throws(LastGoodFile.Failure) -> [UInt8]? {
    // A FIFO must not keep the process waiting. SAFETY: the name is a string for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 {
      if errno == ENOENT { return nil }
      throw failure()
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      // SAFETY: the kernel writes at most the chunk's bytes into it.
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure()
      }
      if count == 0 { return bytes }
      if bytes.count + count > limit { throw .init(reason: "it is larger than \(limit >> 20) MiB") }
      bytes += chunk[..<count]
    }
  }

  /// Writes another file beside it, which then takes its name: whoever is interrupted leaves the former one. Only the
  /// owner may read it. Returns what went wrong.
  static func replace(_ path: String, _ bytes: [UInt8]) -> LastGoodFile.Failure? {
    let fresh = path + ".new"
    // SAFETY: names are strings for their calls. Whatever has that name is not ours: a FIFO would keep the process waiting.
    unsafe unlink(fresh)
    let descriptor = unsafe open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if descriptor < 0 { return failure() }
    var problem = write(bytes, to: descriptor)
    if problem == nil, fsync(descriptor) != 0 { problem = failure() }
    close(descriptor)
    if problem == nil, unsafe rename(fresh, path) != 0 { problem = failure() }
    if problem != nil { unsafe unlink(fresh) }
    return problem
  }

  /// When it was, in nanoseconds since 1970; 0: there is none.
  static func written(_ path: String) -> Int64 {
    var status = stat()
    // SAFETY: the kernel fills the struct; the name is a string for the call.
    guard unsafe stat(path, &status) == 0 else { return 0 }
    return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> LastGoodFile.Failure? {
    var written = 0
    while written < bytes.count {
      // SAFETY: reads what the array holds beyond `written`.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written)
      }
      if count > 0 { written += count } else if errno != EINTR { return failure() }
    }
    return nil
  }

  private static func failure() -> LastGoodFile.Failure {
    // SAFETY: a string that the C library holds.
    let text = unsafe strerror(errno)
    return unsafe .init(reason: text.map { unsafe String(cString: $0) } ?? "error \(errno)")
  }
}
