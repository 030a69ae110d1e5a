internal import CLinux

/// Says that something has changed in one of some directories (inotify(7)): a file was written or replaced there, or a
/// symbolic link now leads elsewhere. It does not say what: whoever asks looks at what it knows. One thread's.
public final class DirectoryWatch {
  /// To be registered with a loop: readable when something has happened.
  public let descriptor: Int32
  /// By directory. One that was replaced gets another number.
  private var watches: [String: Int32] = [:]

  public init() throws(SystemError) {
    descriptor = clinux_watch_new()
    if descriptor < 0 { throw SystemError("inotify_init1") }
  }

  deinit { close(descriptor) }

  /// From now on these, and no others. A directory that is not there is left out; call it again later.
  public func watch(_ directories: Set<String>) {
    for (directory, watch) in watches where !directories.contains(directory) {
      clinux_watch_remove(descriptor, watch)
      watches[directory] = nil
    }
    for directory in directories {
      // SAFETY: the path lives as long as the call. Where the same directory is watched already, nothing changes.
      let watch = unsafe clinux_watch_add(descriptor, directory)
      watches[directory] = watch < 0 ? nil : watch
    }
  }

  /// Forgets what has happened so far. False where that was nothing.
  public func takeEvents() -> Bool {
    var events = [UInt8](repeating: 0, count: 4096)
    var any = false
    while true {
      // SAFETY: the kernel writes at most what the array holds.
      let count = unsafe events.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count <= 0 { return any }
      any = true
    }
  }
}
