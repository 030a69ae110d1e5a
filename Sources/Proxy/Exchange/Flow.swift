internal import Primitives

/// One direction of an exchange's body: how much of it may be read at once.
///
/// At first as much as may be held, so that a receiver that stops costs no more than the configured buffer. A body
/// of which a lot has passed while its receiver kept up moves in pieces of the loop's whole read buffer, at half
/// the CPU time for a byte; should its receiver stop then, it costs one such piece, until it has been read.
struct Flow {
  /// Bytes that pass before pieces grow: more than the kernel alone would swallow (tcp_wmem's 4 MiB).
  private static let proof: UInt64 = 8 << 20
  /// A receiver that takes longer than this to empty the queue has not kept up.
  private static let patience = Interval.milliseconds(100)

  /// Bytes so far.
  private(set) var total: UInt64 = 0
  private var provedFrom: UInt64 = 0
  private var waitsSince: MonotonicTime?

  mutating func passed(_ count: Int) { total &+= UInt64(count) }

  /// Something waits for the receiver.
  mutating func waits(_ now: MonotonicTime) { if waitsSince == nil { waitsSince = now } }

  /// The receiver has taken everything.
  mutating func drained(_ now: MonotonicTime) {
    if let since = waitsSince, now - since > Self.patience { provedFrom = total }
    waitsSince = nil
  }

  /// - Parameters:
  ///   - bound: bytes that may be held.
  ///   - queued: bytes that are held.
  ///   - piece: the largest read.
  func room(_ bound: Int, queued: Int, piece: Int) -> Int {
    queued == 0 && total &- provedFrom >= Self.proof ? max(bound, piece) : bound - queued
  }
}
