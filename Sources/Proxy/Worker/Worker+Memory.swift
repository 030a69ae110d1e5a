internal import Primitives

/// What is held, and for whom.
extension Worker {
  /// What an exchange and its two connections take besides the body's bytes that they hold: some 3 KiB, and a head
  /// and the lines of chunks, which are held as well.
  private static let state = 5 << 10

  /// The configured bound is on all that a receiver which does not read costs; so much of it is left for data.
  static func data(within bound: Int) -> Int { max(bound / 2, bound - state) }

  /// Exchanges that wait for use with memory for a body: it is there for those used all the time, and goes after a
  /// burst.
  static let warmBodies = 64
  /// Bytes of a body for which an exchange keeps memory.
  static let warmBody = 16 << 10
}
