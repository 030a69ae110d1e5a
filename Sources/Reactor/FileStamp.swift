// Either may be the one that the compiler takes stat's struct from.
internal import CLinux
internal import Glibc

/// Tells a file from the one that was there before: by what it is, how large, and when it was changed. Links are
/// followed, so that a directory which is swapped for another, as Kubernetes does, is another file.
package struct FileStamp: Equatable {
  private let device: UInt
  private let node: UInt
  private let size: Int
  private let changed: [Int]

  /// Nil where there is none.
  package init?(_ path: String) {
    var status = stat()
    // SAFETY: the path is a terminated text for the call; stat fills one struct in.
    guard unsafe stat(path, &status) == 0 else { return nil }
    device = UInt(status.st_dev)
    node = UInt(status.st_ino)
    size = Int(status.st_size)
    changed = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
  }
}
