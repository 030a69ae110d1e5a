internal import HTTP
internal import Primitives
internal import Reactor

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

  /// Exchanges that keep their memory however long nobody needs them.
  static let warmExchanges = 64
  /// How often it is looked whether more of them have memory than are used. After a burst it is back within two looks.
  static let memoryLook = Interval.seconds(10)
  /// So many exchanges may have held what is worth the search through the heap for pages that can be returned.
  private static let burst = 64

  /// More is kept than a quiet proxy uses: it is looked at later whether that is needed.
  func watchMemory() {
    memoryTimer.ensure(
      by: loop.now + Self.memoryLook, Token(kind: TokenKind.memory, slot: 0, generation: 1), on: loop)
  }

  /// Lets memory go that was not needed since the last look. The exchanges themselves stay (see `TurnLived`): a
  /// kilobyte or two each.
  func lookAtMemory() {
    memoryTimer.fired()
    let unused = min(fewestSpare, spare.count - Self.warmExchanges)
    // Those used last are at the end: the others have been cold for longest.
    if unused > coldSpare {
      for exchange in spare[coldSpare..<unused] { exchange { $0.releaseMemory() } }
      if unused - coldSpare >= Self.burst { group.memoryFreed() }
      coldSpare = unused
    }
    fewestSpare = spare.count
    http2Streams.shrink()
    if spare.count - coldSpare > Self.warmExchanges || http2Streams.isLarge { watchMemory() }
  }
}
