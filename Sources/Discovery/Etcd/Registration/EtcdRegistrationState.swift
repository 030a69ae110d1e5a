/// How a registration is, for logs and the admin server.
package struct EtcdRegistrationState: Equatable, Sendable {
  package enum Phase: String, Sendable {
    case notBegun = "not begun"
    /// Under way, or waiting to be tried again.
    case registering
    /// Another's key of that name is in the way.
    case taken
    case registered
    case withdrawn
  }

  package var phase = Phase.notBegun
  /// Why it is not as it should be, for people.
  package var fault: String?
  /// Times that the key was written.
  package var writes: UInt64 = 0
  /// Questions that failed.
  package var failures: UInt64 = 0
}
