public import Primitives

/// Finds the addresses of hosts, without holding the loop up. The client's thread.
public protocol HostResolver: AnyObject {
  /// Asks. The answer is there, under the same ticket, when the loop has been woken for it.
  func ask(_ host: String, ticket: UInt64)
  /// The answers that have come since the last call.
  func takeAnswers() -> [HostAnswer]
}

/// What became of a question to a `HostResolver`.
public struct HostAnswer: Sendable {
  public let ticket: UInt64
  /// In order of preference; their ports are 0.
  public let addresses: [SocketAddress]
  /// Why there are none, for people.
  public let reason: String

  public init(ticket: UInt64, addresses: [SocketAddress], reason: String = "") {
    self.ticket = ticket
    self.addresses = addresses
    self.reason = reason
  }
}
