public import HTTP

/// Answers the requests that come to a `LocalServer`, on the thread of its loop.
public protocol LocalService: AnyObject {
  /// Fills the response in. The request is complete; its body was dropped.
  func respond(to request: borrowing MessageHead, _ response: inout LocalResponse)
}
