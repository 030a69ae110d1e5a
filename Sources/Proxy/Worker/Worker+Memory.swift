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

  /// Exchanges that wait for use however long nobody needs them.
  static let warmExchanges = 64
  /// How often it is looked whether more of them wait than are used. After a burst memory is back within two looks.
  static let memoryLook = Interval.seconds(10)
  /// Exchanges that one turn lets go.
  private static let most = 1024
  /// So many exchanges or streams may have held what is worth the search through the heap for pages that can be returned.
  private static let burst = 64

  /// More is kept than a quiet proxy uses: it is looked at later whether that is needed.
  func watchMemory() { watchMemory(after: Self.memoryLook) }

  private func watchMemory(after interval: Interval) {
    memoryTimer.ensure(
      by: loop.now + interval, Token(kind: TokenKind.memory, slot: 0, generation: 1), on: loop)
  }

  /// Lets go what was not needed since the last look.
  func lookAtMemory() {
    memoryTimer.fired()
    let unused = max(0, min(fewestSpare, spare.count - Self.warmExchanges))
    let count = min(unused, Self.most)
    letGo(count)
    fewestSpare = count < unused ? unused - count : spare.count
    if count < unused { return watchMemory(after: .zero) }
    let streams = http2Streams.shrink()
    if max(released, streams) >= Self.burst { group.memoryFreed() }
    released = 0
    if spare.count > Self.warmExchanges || http2Streams.isLarge { watchMemory() }
  }

  /// The first ones: those used last are at the end. They have been spare for many turns (see `TurnLived`).
  private func letGo(_ count: Int) {
    guard count > 0 else { return }
    assert(!isAnyLent(count))
    for exchange in spare.prefix(count) {
      if let token = exchange({ $0.token }) { exchanges.remove(token) }
    }
    spare.removeFirst(count)
    released += count
  }

  /// Whether a connection holds one of the first spare exchanges still. For tests: none may.
  private func isAnyLent(_ count: Int) -> Bool {
    var held = downstreams.all.map(\.exchange) + upstreams.all.map(\.exchange)
    for connection in http2Downstreams.all { held += connection.streams.map(\.exchange) }
    for connection in http2Upstreams.all { held += connection.streams.map(\.exchange) }
    let spare = Set(spare.prefix(count).compactMap { $0 { ObjectIdentifier($0) } })
    return held.contains { $0.map { spare.contains(ObjectIdentifier($0)) } ?? false }
  }
}
