internal import Glibc

/// Who besides its owner can use a private key's file. The later, the worse.
public enum KeyFileExposure: UInt8, Comparable, CaseIterable, Sendable {
  case ownerOnly
  /// As Kubernetes mounts secrets for a pod with `fsGroup`.
  case groupMayRead
  case everybodyMayRead
  /// Others could put a key of theirs there.
  case othersMayWrite

  /// Nil where there is no such file, or it is none: a directory, a socket. Links are followed, since Kubernetes
  /// mounts secrets as such; the mode is that of the file itself.
  public init?(path: String) {
    var status = stat()
    // SAFETY: the path is a terminated text for the call; stat fills one struct in.
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(mode: UInt32(status.st_mode))
  }

  /// - Parameter mode: as `stat` gives it.
  init(mode: UInt32) {
    self =
      mode & 0o022 != 0
      ? .othersMayWrite
      : mode & 0o004 != 0 ? .everybodyMayRead : mode & 0o040 != 0 ? .groupMayRead : .ownerOnly
  }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
