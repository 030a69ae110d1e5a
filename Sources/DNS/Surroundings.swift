internal import CLinux
internal import Reactor

/// What of this machine questions depend on.
struct Surroundings: Equatable {
  /// Nil: there is none.
  private let file: FileStamp?
  /// An address that leads beyond this machine and its links.
  let hasIPv6: Bool

  init() {
    file = FileStamp("/etc/resolv.conf")
    hasIPv6 = clinux_has_address(AF_INET6) != 0
  }
}
