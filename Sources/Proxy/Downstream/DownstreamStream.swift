internal import HTTP
internal import Primitives
internal import Reactor

/// The client's side of one exchange: a whole HTTP/1 connection, or one stream of an HTTP/2 connection.
///
/// The exchange says what goes out and asks what still waits; versions, framing and writes are the stream's own
/// business. Its worker's thread only.
protocol DownstreamStream: AnyObject {
  /// Itself, not counted.
  var lent: LentDownstream { get }
  /// The listener that the client came through.
  var listener: Lent<Door> { get }
  var peer: SocketAddress { get }
  /// Who the client is, by the certificate that the handshake has verified; nil where there was none.
  var client: AuthenticatedClient? { get }
  /// Whether the client speaks TLS.
  var isSecure: Bool { get }
  /// What the client's TLS handshake has agreed upon; nil where it speaks plain HTTP.
  var tls: TLSDetails? { get }
  /// Bytes of the answer that wait for the client.
  var queued: Int { get }
  /// Grows while the client takes what was sent, however slowly; constant where that is not known. It may cost a
  /// system call.
  var taken: UInt64 { get }
  /// Bytes that may be read of an answer whose head is not known yet.
  var firstRoom: Int { get }
  /// Further bytes of the answer that the client has said it takes.
  var window: Int { get }
  /// Nothing that is sent reaches the client any more.
  var hasFailed: Bool { get }
  /// No further exchange may follow on the connection: the client was asked to go elsewhere.
  var isLeaving: Bool { get }
  /// More of the request may follow within the read that is being handled.
  var isDecoding: Bool { get }

  /// A 1xx, where the client's version knows them.
  func sendInformational(_ head: borrowing MessageHead)
  /// - Parameter persistent: whether a further exchange may follow on the connection.
  func sendHead(_ head: borrowing MessageHead, persistent: Bool)
  /// A piece of the body, or of a tunnel's bytes. It may wait for `flush`.
  func sendBody(_ bytes: Span<UInt8>)
  /// The answer is complete.
  func sendEnd(trailers: borrowing MessageHead)
  /// Lets out what was put together.
  func flush()
  /// The same for a whole answer, at the turn's end at the latest.
  func flushLater()

  /// Forgets what was said of the answer. False where some of it may have left already.
  func takeBack() -> Bool

  /// The exchange has room again: reads on, on this turn or the next but not inside the caller.
  func resume()
  /// From now on bytes pass as they are, both ways.
  func becomeTunnel()
  /// The endpoint will send nothing more through the tunnel.
  func finishSending()

  /// The exchange went its whole way.
  /// - Parameter keep: whether the connection goes on with the next one.
  func exchangeFinished(keep: Bool)
  /// The answer broke off: the client must not take it for a whole one. Those before it are still the client's.
  /// - Parameters:
  ///   - code: tells the client why, where its version has a word for that.
  ///   - isStuck: the client takes nothing: what waits for it is dropped at once.
  func abort(_ code: HTTP2ErrorCode, isStuck: Bool)
}

extension DownstreamStream {
  var taken: UInt64 { 0 }
  // Clients of HTTP/2 are told by GOAWAY.
  var isLeaving: Bool { false }
  // Frames of HTTP/2 leave when the turn ends anyway.
  func flushLater() { flush() }
  func takeBack() -> Bool { false }
}
