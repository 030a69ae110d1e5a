internal import Glibc

/// Files that are written together: all of them, or, where one cannot be, none.
///
/// Each is written whole under another name, with its mode from the beginning, and then moved to its place, so that
/// nobody ever reads half of one.
struct FileBatch {
  struct File {
    var name: String
    var contents: String
    /// Permissions, as for chmod(2).
    var mode: UInt32
  }

  struct Failure: Error, Equatable {
    var path: String
    var message: String
  }

  let directory: String
  var files: [File] = []

  init(directory: String) { self.directory = directory }

  /// Seconds since 1970.
  static func now() -> Int64 { Int64(time(nil)) }

  /// - Parameter replacing: files that are there already make way; else they are a failure.
  func write(replacing: Bool) throws(Failure) {
    // SAFETY: paths are terminated texts for the calls here and below.
    if unsafe mkdir(directory, 0o755) != 0, errno != EEXIST { throw failure(directory) }
    if !replacing { try refuseExisting() }
    var begun: [String] = []
    defer { for path in begun { unsafe unlink(path) } }
    for file in files {
      let path = place(".\(file.name).\(getpid())")
      try create(file, at: path, &begun)
    }
    var placed: [String] = []
    do throws(Failure) {
      for (index, file) in files.enumerated() {
        try move(begun[index], to: place(file.name), replacing: replacing)
        placed.append(place(file.name))
      }
    } catch {
      if !replacing { for path in placed { unsafe unlink(path) } }
      throw error
    }
  }

  private func place(_ name: String) -> String {
    directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
  }

  /// All of them at once, so that nobody asks one by one.
  private func refuseExisting() throws(Failure) {
    let existing = files.map(\.name).filter { unsafe access(place($0), F_OK) == 0 }
    if existing.isEmpty { return }
    let verb = existing.count == 1 ? "is" : "are"
    throw Failure(
      path: directory, message: "\(existing.joined(separator: ", ")) \(verb) there already (--force replaces)"
    )
  }

  private func create(_ file: File, at path: String, _ begun: inout [String]) throws(Failure) {
    // Nobody else may read it, not even for a moment.
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(place(file.name)) }
    begun.append(path)
    defer { close(descriptor) }
    let bytes = Array(file.contents.utf8)
    var sent = 0
    while sent < bytes.count {
      // SAFETY: reads what the array holds beyond `sent`.
      let written = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress! + sent, $0.count - sent)
      }
      if written < 0, errno != EINTR { throw failure(place(file.name)) }
      sent += max(0, written)
    }
    guard fchmod(descriptor, file.mode) == 0, fsync(descriptor) == 0 else { throw failure(place(file.name)) }
  }

  private func move(_ path: String, to target: String, replacing: Bool) throws(Failure) {
    // A link fails where something has come to be there since; a move would replace it.
    let code = unsafe replacing ? rename(path, target) : link(path, target)
    if code != 0 { throw failure(target) }
  }

  private func failure(_ path: String) -> Failure {
    // SAFETY: strerror gives a terminated text; only this thread is here.
    Failure(
      path: path, message: unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)")
  }
}
