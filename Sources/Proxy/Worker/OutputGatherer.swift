internal import Primitives

/// Where messages for HTTP/1 peers are put together, so that each piece leaves in one write, and where whole ones wait
/// until several leave in a row.
///
/// Most of the time one connection at a time writes here. The streams of one HTTP/2 connection take turns, though: what
/// the one before has not sent yet is set aside until it goes on. Its worker's thread only.
final class OutputGatherer {
  /// Whole messages that wait, in order; after them the owner's bytes.
  var bytes = ByteBuffer()
  private var owner = Token.none
  /// Where the owner's bytes begin.
  private var start = 0
  private var waiting = InlineArray<16, Message>(repeating: Message())
  private var waitingCount = 0
  private var aside: [(token: Token, part: Part)] = []
  private var spare: [Part] = []
  /// Parts that wait for use.
  private static let warmParts = 16
  /// Bytes that wait before they leave, and above twice of which an empty buffer goes back.
  private static let mostWaiting = 64 << 10

  /// A whole message that waits.
  private struct Message {
    var token = Token.none
    /// Where it ends, and the next one begins.
    var end = 0
  }

  /// A message that waits for its next piece.
  private final class Part {
    var bytes = ByteBuffer()
  }

  /// From now on what is appended to `bytes` is for `token`'s connection.
  @inline(__always)
  func claim(_ token: Token) { if owner != token { change(to: token) } }

  /// The owner's bytes.
  var count: Int { bytes.count &- start }

  /// Whether something of `token`'s connection is here that is not whole.
  func holds(_ token: Token) -> Bool {
    owner == token ? count > 0 : aside.contains { $0.token == token }
  }

  /// Hands the owner's bytes over and forgets them.
  func take(_ body: (Span<UInt8>) -> Void) {
    bytes.withBytes { body($0.extracting(start...)) }
    bytes.truncate(to: start)
  }

  /// The owner's message is whole: it waits for `sendWaiting`. True where no more should wait.
  func wait() -> Bool {
    waiting[waitingCount] = Message(token: owner, end: bytes.count)
    waitingCount += 1
    start = bytes.count
    return waitingCount == waiting.count || start > Self.mostWaiting
  }

  /// Hands over all messages that wait, first come first, each with its connection's name.
  func sendWaiting(_ body: (Token, Span<UInt8>) -> Void) {
    if waitingCount == 0 { return }
    bytes.withBytes { all in
      var from = 0
      for index in 0..<waitingCount {
        let message = waiting[index]
        body(message.token, all.extracting(from..<message.end))
        from = message.end
      }
    }
    waitingCount = 0
    bytes.consume(start)
    start = 0
    if bytes.isEmpty, bytes.allocated > 2 * Self.mostWaiting { bytes.release() }
  }

  /// Forgets what `token`'s connection has not sent.
  func drop(_ token: Token) {
    for index in 0..<waitingCount where waiting[index].token == token { waiting[index].token = .none }
    guard holds(token) else { return }
    claim(token)
    bytes.truncate(to: start)
  }

  private func change(to token: Token) {
    if count > 0 {
      let part = spare.popLast() ?? Part()
      take { part.bytes.append($0) }
      aside.append((owner, part))
    }
    owner = token
    guard let index = aside.firstIndex(where: { $0.token == token }) else { return }
    let part = aside.remove(at: index).part
    bytes.append(part.bytes.bytes)
    part.bytes.clear()
    if spare.count >= Self.warmParts { return }
    if part.bytes.allocated > 16 << 10 { part.bytes.release() }
    spare.append(part)
  }
}
