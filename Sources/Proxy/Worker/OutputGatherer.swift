internal import Primitives

/// Where messages for HTTP/1 peers are put together, so that each piece leaves in one write.
///
/// Most of the time one connection at a time writes here. The streams of one HTTP/2 connection take turns, though: what
/// the one before has not sent yet is set aside until it goes on. Its worker's thread only.
final class OutputGatherer {
  /// The owner's bytes.
  var bytes = ByteBuffer()
  private var owner = Token.none
  private var aside: [(token: Token, part: Part)] = []
  private var spare: [Part] = []
  /// Parts that wait for use.
  private static let warmParts = 16

  /// A message that waits for its next piece.
  private final class Part {
    var bytes = ByteBuffer()
  }

  /// From now on `bytes` are those of `token`'s connection.
  @inline(__always)
  func claim(_ token: Token) { if owner != token { change(to: token) } }

  /// Whether something of `token`'s connection is here.
  func holds(_ token: Token) -> Bool {
    owner == token ? !bytes.isEmpty : aside.contains { $0.token == token }
  }

  /// Forgets what `token`'s connection has not sent.
  func drop(_ token: Token) {
    guard holds(token) else { return }
    claim(token)
    bytes.clear()
  }

  private func change(to token: Token) {
    if !bytes.isEmpty {
      let part = spare.popLast() ?? Part()
      swap(&part.bytes, &bytes)
      aside.append((owner, part))
    }
    owner = token
    guard let index = aside.firstIndex(where: { $0.token == token }) else { return }
    let part = aside.remove(at: index).part
    swap(&part.bytes, &bytes)
    if spare.count >= Self.warmParts { return }
    if part.bytes.allocated > 64 << 10 { part.bytes.release() }
    spare.append(part)
  }
}
