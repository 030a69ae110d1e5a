internal import CLinux
internal import Glibc
internal import Primitives
internal import Reactor
internal import Telemetry

/// Tells systemd, or whoever else has started this process and listens, how it is (sd_notify(3)). The control loop's
/// thread.
struct ServiceManager {
  enum Word: Equatable {
    /// Requests are served.
    case ready
    /// They are not any more.
    case stopping
    /// The configuration is being loaded anew since then, by CLOCK_MONOTONIC; `ready` comes when that is over, whatever
    /// came of it.
    case reloading(MonotonicTime)
    /// Another word, or the end, comes within that time: until then the unit's own limit does not end it.
    case extending(Interval)
    /// Of the unit: this process, or one in its place.
    case mainProcess(Int32)

    var text: String {
      switch self {
      case .ready: "READY=1"
      case .stopping: "STOPPING=1"
      case .reloading(let since): "RELOADING=1\nMONOTONIC_USEC=\(since.nanoseconds / 1000)"
      case .extending(let time): "EXTEND_TIMEOUT_USEC=\(time.nanoseconds / 1000)"
      case .mainProcess(let process): "MAINPID=\(process)"
      }
    }
  }

  /// Nil: nobody listens.
  private let socket: String?
  private var isFaulty = false

  /// - Parameter socket: its path, or an abstract name behind an `@`.
  init(socket: String? = Self.environment("NOTIFY_SOCKET")) {
    self.socket = socket?.isEmpty == true ? nil : socket
  }

  mutating func tell(_ words: Word...) {
    guard let socket else { return }
    let text = words.map(\.text).joined(separator: "\n")
    // SAFETY: the call reads both texts, which live as long as it does.
    let isTold = unsafe clinux_send_datagram(socket, text, text.utf8.count) == 0
    let code = clinux_errno()
    if !isTold, !isFaulty {
      Log.warning(
        "the service manager cannot be told how this process is",
        ["socket": .string(socket), "reason": .string(SystemError.text(of: code))])
    }
    isFaulty = !isTold
  }

  private static func environment(_ name: String) -> String? {
    // SAFETY: nothing changes the environment while it is read.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
