internal import Reactor

/// What log lines of failed TLS are limited for: a listener's clients, or a service's endpoints, that fail for one reason.
/// A few of them have a line each.
struct TLSFailureSubject: Hashable, Sendable {
  let reason: TLSFailure.Reason
  let isUpstream: Bool
  /// The listener's or the service's.
  let name: String
}
