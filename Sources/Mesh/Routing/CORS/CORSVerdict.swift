public import HTTP

/// What a CORS filter found in a request's head; kept until its response.
public struct CORSVerdict: Sendable, Equatable {
  /// In the request's arena; empty where there was no `Origin`.
  public var origin = ByteRange.empty
  public var isAllowed = false
  /// A browser asks whether it may send the request proper: to be answered, not passed on.
  public var isPreflight = false
}
