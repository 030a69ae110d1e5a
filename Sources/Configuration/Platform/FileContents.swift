internal import Glibc

/// A whole file's bytes, without Foundation.
package enum FileContents {
  package struct Failure: Error {
    package var message: String

    package init(message: String) { self.message = message }
  }

  /// - Parameter limit: what is larger is refused.
  package static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    // SAFETY: open(2) reads the path up to its NUL, which Swift appends.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      // SAFETY: read(2) is given the chunk's own size.
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      if count == 0 { return contents }
      contents += chunk[..<count]
      guard contents.count <= limit else { throw Failure(message: "larger than \(SizeText.format(limit))") }
    }
  }

  private static func failure() -> Failure {
    // SAFETY: strerror gives a terminated text; only the loading thread is here.
    Failure(message: unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)")
  }
}
