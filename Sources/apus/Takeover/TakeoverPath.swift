internal import Glibc

/// Where a running process can be asked for its listening sockets: a file, so that what reaches it is a matter of the file
/// system. An abstract name would be open to whoever shares the network namespace, such as a pod's other containers.
enum TakeoverPath {
  /// A path of its own for each configuration, in a directory that nobody else can write to. Nil where there is none.
  /// - Parameter identity: what the configuration is, the same for both processes.
  static func standard(for identity: String) -> String? {
    for directory in directories(user: geteuid(), runtime: environment("XDG_RUNTIME_DIR"))
    where isOurs(directory) {
      return directory + "/" + name(for: identity)
    }
    return nil
  }

  /// A file of a configuration, by its whole path: links are not followed, since they change with what they lead to.
  static func identity(file: String) -> String {
    if file.hasPrefix("/") { return "file:" + file }
    return "file:" + (workingDirectory ?? "") + "/" + file
  }

  /// Those that may do, the best one first.
  static func directories(user: uid_t, runtime: String?) -> [String] {
    let own = user == 0 ? "/run/apus" : runtime.flatMap { $0.hasPrefix("/") ? $0 + "/apus" : nil }
    return (own.map { [$0] } ?? []) + ["/tmp/apus-\(user)"]
  }

  /// FNV-1a: a path of any length becomes one that fits (unix(7): 107 bytes).
  static func name(for identity: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in identity.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return "takeover-" + String(repeating: "0", count: 16 - digits.count) + digits + ".sock"
  }

  /// Makes it where it is missing. Somebody else's, or one that others may write to, is not trusted.
  static func isOurs(_ directory: String) -> Bool {
    // SAFETY: the path lives as long as the calls, and the kernel fills one struct in.
    unsafe _ = mkdir(directory, 0o700)
    var status = stat()
    guard unsafe lstat(directory, &status) == 0 else { return false }
    return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid() && status.st_mode & 0o022 == 0
  }

  /// What stands where a socket was to be, in a sentence; nil: nothing.
  static func occupant(of path: String) -> String? {
    var status = stat()
    // SAFETY: the path lives as long as the call, and the kernel fills one struct in.
    guard unsafe lstat(path, &status) == 0 else { return nil }
    return switch status.st_mode & S_IFMT {
    case S_IFSOCK: "another process listens there"
    case S_IFREG: "there is a file that is no socket"
    case S_IFDIR: "there is a directory"
    case S_IFIFO: "there is a FIFO"
    case S_IFLNK: "there is a symbolic link"
    default: "there is a device"
    }
  }

  private static var workingDirectory: String? {
    // SAFETY: a string of the C library's making, which is copied and freed.
    guard let text = unsafe getcwd(nil, 0) else { return nil }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  private static func environment(_ name: String) -> String? {
    // SAFETY: nothing changes the environment while it is read.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
