internal import HTTP

/// Notices requests that come back to this same process again and again: `CDN-Loop` (RFC 8586), which intermediaries
/// pass on and applications have no reason to copy, with a name that this process has drawn for itself. So a chain of
/// many proxies is no loop, and what a client writes there can only harm its own request.
///
/// A request is marked where it has been forwarded before, which its `X-Forwarded-For` tells, since every request
/// that leaves here carries one. One that comes straight from a client costs a test of a bit.
struct LoopGuard: Sendable {
  /// How often a request may come back; zero: as often as it likes.
  let limit: Int
  private var name = InlineArray<21, UInt8>(repeating: 0)

  /// - Parameter instance: tells this process from all others; the same for all its workers.
  init(limit: Int, instance: UInt64) {
    self.limit = limit
    let digits = String(instance, radix: 16)
    let text = "apus-" + String(repeating: "0", count: 16 - digits.count) + digits
    for (index, byte) in text.utf8.enumerated() { name[index] = byte }
  }

  /// Whether the request has been here too often.
  func isLooping(_ head: borrowing MessageHead) -> Bool {
    limit > 0 && head.index(of: .cdnLoop) != nil && head.count(of: name.span, in: .cdnLoop) >= limit
  }

  /// - Parameter always: `X-Forwarded-For` may not tell next time.
  func mark(_ head: inout MessageHead, always: Bool) {
    if limit > 0, always || head.index(of: .xForwardedFor) != nil { head.append(.cdnLoop, name.span) }
  }
}
