internal import Glibc

/// What stands at a path that the access log shall be written to.
public enum AccessLogTarget {
  /// Why nothing can be written there; nil: it is a file, a character device, a FIFO, or nothing yet.
  public static func fault(of path: String) -> String? {
    var status = stat()
    // SAFETY: the path is a terminated text for the call; stat fills one struct in.
    guard unsafe stat(path, &status) == 0 else { return errno == ENOTDIR ? "is below a file" : nil }
    return switch status.st_mode & S_IFMT {
    case S_IFREG, S_IFCHR, S_IFIFO: nil
    case S_IFDIR: "is a directory"
    case S_IFSOCK: "is a socket"
    default: "is neither a file nor a FIFO nor a character device"
    }
  }

  /// Whether nothing stands in it: a line that another one has broken off is in another file.
  static func isEmpty(_ descriptor: Int32) -> Bool {
    var status = stat()
    // SAFETY: fstat fills one struct in.
    return unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size == 0
  }
}
