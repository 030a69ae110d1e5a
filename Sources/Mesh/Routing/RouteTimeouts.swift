public import Primitives

/// A rule's `timeouts`. Zero turns one off; nil leaves it to the settings of the whole proxy.
public struct RouteTimeouts: Sendable, Equatable {
  /// From the request's last byte to the end of its response, retries and back-off included.
  public var request: Interval?
  /// Each attempt, to the head of its response (Gateway API: to its end). At most `request`.
  public var backendRequest: Interval?

  public init(request: Interval? = nil, backendRequest: Interval? = nil) {
    self.request = request
    self.backendRequest = backendRequest
  }
}
