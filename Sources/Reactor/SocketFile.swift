internal import CLinux
internal import Primitives

/// The file that a unix socket was bound to. Another one may stand there later: a newer process's.
struct SocketFile: Sendable {
  private let path: String
  private let device: UInt64
  private let inode: UInt64

  /// Nil where the address has no file.
  init?(of address: SocketAddress) {
    guard case .unix(let path) = address, let found = Self.find(path) else { return nil }
    self.path = path
    (device, inode) = found
  }

  /// Removes the file if it still is this one.
  func remove() {
    guard let found = Self.find(path), found == (device, inode) else { return }
    // SAFETY: the path lives as long as the call.
    unsafe unlink(path)
  }

  private static func find(_ path: String) -> (device: UInt64, inode: UInt64)? {
    var device: UInt64 = 0
    // SAFETY: the path lives as long as the call, which writes one number.
    let inode = unsafe clinux_socket_file(path, &device)
    return inode == 0 ? nil : (device, inode)
  }
}
