internal import Glibc

enum FilePermissions {
  /// Whether everybody on this system may read the file. False where it is not there.
  static func letOthersRead(_ path: String) -> Bool {
    var status = stat()
    // SAFETY: stat(2) reads the path up to its NUL, which Swift appends, and fills one struct in.
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
  }
}
