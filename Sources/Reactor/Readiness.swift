internal import CLinux

/// What epoll(7) reports of a descriptor, edge-triggered: each bit is told once and then remembered by the transport.
public struct Readiness: OptionSet, Sendable {
  public let rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let readable = Readiness(rawValue: 0x001)  // EPOLLIN
  public static let writable = Readiness(rawValue: 0x004)  // EPOLLOUT
  public static let failed = Readiness(rawValue: 0x008)  // EPOLLERR
  public static let hungUp = Readiness(rawValue: 0x010)  // EPOLLHUP: both directions are closed
  public static let peerFinished = Readiness(rawValue: 0x2000)  // EPOLLRDHUP: the peer will send nothing more
}
