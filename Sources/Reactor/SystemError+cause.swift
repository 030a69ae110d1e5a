internal import CLinux

extension SystemError {
  /// What an error number says about a connection that could not be had.
  public enum Cause: Sendable, Equatable {
    /// Nobody listens there.
    case refused
    /// Nothing is wrong with the other side: the process or the system has no descriptor, or no memory, for a socket.
    case exhausted
    /// Every local port is taken towards that address.
    case noLocalPort
    case noRoute, notAnswered, noSuchSocket, notPermitted
    case other
  }

  public var cause: Cause { Self.cause(of: code) }

  public static func cause(of code: Int32) -> Cause {
    switch code {
    case ECONNREFUSED: .refused
    case EMFILE, ENFILE, ENOBUFS, ENOMEM: .exhausted
    case EADDRNOTAVAIL: .noLocalPort
    case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN: .noRoute
    case ETIMEDOUT: .notAnswered
    case ENOENT, ENOTDIR: .noSuchSocket
    case EACCES, EPERM: .notPermitted
    default: .other
    }
  }
}
