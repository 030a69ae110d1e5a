internal import HTTP
internal import Primitives

/// How long a server wants to be left alone (RFC 9110, section 10.2.3). Only seconds: nobody's clock is trusted.
enum RetryAfter {
  static func read(_ head: borrowing MessageHead) -> Interval? {
    guard let range = head.value(of: .retryAfter), let seconds = Int64(head.text(of: range)), seconds >= 0
    else { return nil }
    return .seconds(min(seconds, 86_400))
  }
}
