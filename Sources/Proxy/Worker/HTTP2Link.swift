internal import HTTP
internal import Primitives
internal import Reactor

/// A transport with an HTTP/2 session on it: what clients' and endpoints' connections have in common.
///
/// Frames are made when the turn ends, for all streams at once, and only while the peer takes what was made before:
/// what it does not take stays with the streams, within their bounds.
struct HTTP2Link: ~Copyable {
  /// Bytes of frames that are made at once.
  private static let pieceSize = 64 << 10

  var transport: Transport
  let session: HTTP2Session
  var headerBlock = HeaderBlockWatch()
  /// The worker will flush it when this turn ends.
  var isScheduled = false

  init(_ transport: consuming Transport, _ session: HTTP2Session) {
    self.transport = transport
    self.session = session
  }

  /// Makes frames and writes them while the transport takes them. Returns the bytes.
  /// - Parameter buffer: empty, and empty again afterwards.
  mutating func flush(with buffer: inout ByteBuffer) -> Int {
    isScheduled = false
    var total = 0
    while transport.queued == 0, transport.writeError == 0, session.hasOutput {
      session.pull(into: &buffer, limit: Self.pieceSize)
      if buffer.isEmpty { break }
      total += buffer.count
      transport.send(buffer.bytes)
      buffer.clear()
    }
    return total
  }

  /// Grows while the peer takes a stream's own bytes, however slowly: into its window, and then as TCP's. What the
  /// connection carries behind them is others': a stream's bytes end, at the latest, where the connection's did when it was
  /// first looked at.
  func taken(_ stream: HTTP2Stream) -> UInt64 {
    if stream.sighted?.framed != stream.framed {
      stream.sighted = HTTP2Stream.Sighting(
        framed: stream.framed, end: transport.totalSent &+ UInt64(transport.queued))
    }
    return stream.framed &+ min(transport.taken(), stream.sighted?.end ?? 0)
  }

  /// Whether everything that the session had to say is with the kernel.
  var isFlushed: Bool { transport.queued == 0 && !session.hasOutput }
}

/// A connection with work for the end of a turn.
protocol OutputHolder: AnyObject {
  /// Frames what the turn has put together.
  func flushOutput()
  /// The turn in which it closed has ended. Its streams know it: it goes when they do.
  func forgetStreams()
}
