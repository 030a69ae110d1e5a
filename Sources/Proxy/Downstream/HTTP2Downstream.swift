internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// One client's HTTP/2 connection: many exchanges at once, each on a stream of its own (RFC 9113).
///
/// Whatever one of its streams does, the others go on: a stream's bytes are read as they come and its window is given
/// back only as the endpoint takes them, so that a stalled stream holds no more than its window.
final class HTTP2Downstream {
  enum Phase {
    case open
    /// The client was told to begin nothing new; what is under way is finished.
    case draining
    /// All was said; what the client still sends is read and dropped for a while, so that it sees the last frames.
    case lingering
    case closed
  }

  let worker: Worker
  let door: Door
  let peer: SocketAddress
  /// Set once, by whoever has verified the client's certificate, before the first request.
  var client: AuthenticatedClient?
  private(set) var token = Token.none
  var phase = Phase.open
  var link: HTTP2Link
  let session: HTTP2Session
  /// By tag; those without an exchange are used again.
  var streams: [HTTP2DownstreamStream] = []
  /// The same, without references that are counted.
  var lent: [Lent<HTTP2DownstreamStream>] = []
  var spare: [Lent<HTTP2DownstreamStream>] = []
  /// Exchanges under way.
  var active = 0

  /// What this turn's bytes have touched: told when all of them are handled.
  var touched: [Lent<HTTP2DownstreamStream>] = []
  var writable: [Lent<HTTP2DownstreamStream>] = []
  var isReceiving = false
  /// Requests under way whose streams had next to no window when they came.
  @Short var narrow = 0
  /// Answers that were given up because the client took nothing of them, less those that it has taken since.
  @Short var stalled = 0
  /// The client has finished sending, and all that it sent is read.
  var hasEnded = false

  var timer = LazyTimer()
  var deadline = MonotonicTime.distantFuture
  var health = PingWatch()
  /// Bytes that were dropped while lingering.
  var lingered = 0
  /// Requests that this connection has brought.
  var requests = 0
  let endOfLife: MonotonicTime

  init(worker: Worker, door: Door, transport: consuming Transport, peer: SocketAddress) {
    self.worker = worker
    self.door = door
    self.peer = peer
    endOfLife = door.lifetime.end(from: worker.loop.now, random: &worker.random)
    let settings = worker.snapshot.settings
    session = HTTP2Session(
      role: .server, settings: door.http2, limits: settings.limits, pool: worker.http2Streams)
    link = HTTP2Link(transport, session)
  }

  /// Enters the worker's slab; the loop knows the descriptor under another name already.
  func register() throws(SystemError) {
    token = try worker.http2Downstreams.insert(self) { token throws(SystemError) in
      try worker.loop.rename(link.transport.descriptor, token: token)
    }
    worker.metrics.add(.downstreamConnections)
    door.held += 1
    setDeadline(after: worker.timeouts.head)
    if door.isDraining || door.isClosing { startDraining() }
  }
}
