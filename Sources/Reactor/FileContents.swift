internal import Glibc
internal import Primitives

/// A whole file's bytes, without Foundation.
package enum FileContents {
  package struct Failure: Error {
    package var message: String

    package init(message: String) { self.message = message }
  }

  /// - Parameters:
  ///   - limit: what is larger is refused.
  ///   - waits: takes a pipe or a device too, and waits for what comes; else these are refused, so that nobody can
  ///     hold up a thread that has more to do.
  package static func read(_ path: String, limit: Int, waits: Bool = false) throws(Failure) -> [UInt8] {
    // SAFETY: open(2) reads the path up to its NUL, which Swift appends.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | (waits ? 0 : O_NONBLOCK))
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    if !waits { try expectRegular(descriptor) }
    return try read(descriptor, limit: limit)
  }

  /// Standard input, to its end.
  package static func readStandardInput(limit: Int) throws(Failure) -> [UInt8] {
    try read(STDIN_FILENO, limit: limit)
  }

  private static func read(_ descriptor: Int32, limit: Int) throws(Failure) -> [UInt8] {
    // With room for all that is there: so it stands in memory once, and can be wiped.
    var contents = [UInt8](repeating: 0, count: min(size(of: descriptor), limit) + 1)
    var used = 0
    while true {
      // SAFETY: read(2) is given what is left of the array.
      let count = unsafe contents.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress! + used, $0.count - used)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      if count == 0 { break }
      used += count
      guard used <= limit else { throw Failure(message: "larger than \(SizeText.format(limit))") }
      // It has grown, or is none that knows its size.
      if used == contents.count { contents += [UInt8](repeating: 0, count: max(contents.count, 4096)) }
    }
    contents.removeLast(contents.count - used)
    return contents
  }

  /// Whether `read` would begin, without reading anything.
  package static func probe(_ path: String) throws(Failure) {
    // SAFETY: as in `read`.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    try expectRegular(descriptor)
  }

  /// Overwrites a secret, in the one place where it stands if nobody else holds the array.
  package static func wipe(_ contents: inout [UInt8]) {
    // SAFETY: explicit_bzero(3) is given the array's own bytes.
    unsafe contents.withUnsafeMutableBytes { bytes in
      if let start = bytes.baseAddress { unsafe explicit_bzero(start, bytes.count) }
    }
    contents = []
  }

  private static func expectRegular(_ descriptor: Int32) throws(Failure) {
    var status = stat()
    // SAFETY: fstat(2) fills one struct in.
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure() }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw Failure(message: "is a directory")
    default: throw Failure(message: "is not a regular file")
    }
  }

  /// 0 where that is not known.
  private static func size(of descriptor: Int32) -> Int {
    var status = stat()
    // SAFETY: fstat(2) fills one struct in.
    return unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  private static func failure() -> Failure {
    // SAFETY: strerror gives a terminated text; only the loading thread is here.
    Failure(message: unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)")
  }
}
