internal import Primitives

/// How long a header block may stay incomplete: nothing else can come on its connection before it is whole (RFC 9113,
/// section 4.3).
struct HeaderBlockWatch {
  private var block: Int?
  /// When the block that is open has to be whole.
  private(set) var deadline = MonotonicTime.distantFuture

  /// Bytes have come, and leave this block open. True: `deadline` is another one.
  mutating func heard(_ open: Int?, _ now: MonotonicTime, within limit: Interval) -> Bool {
    if open == block { return false }
    block = open
    deadline = open == nil ? .distantFuture : now.deadline(after: limit)
    return deadline != .distantFuture
  }
}
