internal import HTTP
internal import Primitives
internal import Reactor

/// The endpoint's side of one attempt: a whole HTTP/1 connection, or one stream of an HTTP/2 connection.
///
/// The exchange says what goes out and asks what still waits; versions, framing and writes are the stream's own
/// business. Its worker's thread only.
protocol UpstreamStream: AnyObject {
  /// Itself, not counted.
  var lent: LentUpstream { get }
  /// Bytes that wait for the endpoint to take.
  var queued: Int { get }
  /// Grows while the endpoint takes what was sent, however slowly; constant where that is not known. It may cost a
  /// system call.
  var taken: UInt64 { get }
  /// Nothing that is sent reaches the endpoint any more.
  var hasFailed: Bool { get }
  /// Surely nothing of this exchange was read by the endpoint, so that nothing can have been processed.
  var hasDeliveredNothing: Bool { get }
  /// Whether an answer's first bytes are here, and not all of its head.
  var hasPartOfHead: Bool { get }

  var usesHTTP2: Bool { get }
  /// Bytes of the body that have left, so that all behind them can be had back; nil where that is not known.
  var sentBody: Int? { get }
  /// No stream could be begun: nothing that is sent goes anywhere.
  var isDoomed: Bool { get }
  /// Nil where it is plain.
  var tls: TLSDetails? { get }
  /// Whether another protocol can be asked for here.
  var acceptsTunnels: Bool { get }

  /// Makes this stream the exchange's own until `detach` or `close`.
  func attach(_ exchange: Exchange)
  /// - Parameter isUpgrade: another protocol may follow the answer's head.
  func sendHead(_ head: borrowing MessageHead, isUpgrade: Bool)
  /// A piece of the body, or of a tunnel's bytes. It may wait for `flush`.
  func sendBody(_ bytes: Span<UInt8>)
  /// Copies the body's bytes from `offset` on, of which none has left (`sentBody`).
  func copyUnsentBody(from offset: Int, to buffer: inout ByteBuffer)
  /// The request is complete.
  func sendEnd(trailers: borrowing MessageHead)
  /// Lets out what was put together.
  func flush()
  /// The same for a whole request, at the turn's end at the latest.
  func flushLater()

  /// The client has taken what there was: reads what the exchange has room for.
  func read()
  /// The exchange has timed out: where nothing at all has come from the endpoint since `start`, it may be gone.
  func waitedInVain(from start: MonotonicTime)
  /// From now on bytes pass as they are, both ways.
  func becomeTunnel()
  /// The client will send nothing more through the tunnel.
  func finishSending()

  /// The answer is complete. The connection is kept only where no byte of either message can be left on it.
  func detach(reusable: Bool)
  /// The exchange has no more use for it, wherever it is.
  func close()
}

extension UpstreamStream {
  var taken: UInt64 { 0 }
  // Frames of HTTP/2 leave when the turn ends anyway.
  func flushLater() { flush() }
  // Whoever times out closes the connection, unless it is shared.
  func waitedInVain(from start: MonotonicTime) {}
  var usesHTTP2: Bool { false }
  var sentBody: Int? { nil }
  var isDoomed: Bool { false }
  func copyUnsentBody(from offset: Int, to buffer: inout ByteBuffer) {}
  var acceptsTunnels: Bool { true }
}
