internal import Glibc
internal import Primitives
internal import Reactor

/// The process at the other end, and whether it may be dealt with.
enum TakeoverPeer {
  /// This user's processes, and root's: both could do as they like with this one anyway.
  static func isTrusted(user: UInt32) -> Bool { user == 0 || user == geteuid() }
}

extension PacketSocket {
  func send(_ message: TakeoverMessage, _ descriptors: [Int32] = []) throws(SystemError) -> Bool {
    try send(message.bytes, descriptors)
  }
}
