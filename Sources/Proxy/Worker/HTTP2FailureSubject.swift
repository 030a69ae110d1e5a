internal import HTTP

/// What log lines of broken HTTP/2 connections are limited for: a listener's clients, or a service's endpoints, that break
/// one rule. A few of them have a line each.
struct HTTP2FailureSubject: Hashable, Sendable {
  let error: HTTP2ConnectionError
  let isUpstream: Bool
  /// The listener's or the service's.
  let name: String
}
