internal import HTTP
internal import Identity
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// One request and its answer, from the request's head to the last byte of the response, over all attempts.
///
/// A state machine: the two connections tell it what came, it decides what goes out, and `finish` is the one
/// place where the outcome is learnt. Exchanges are used again, with their memory, so a warm proxy allocates
/// nothing for a request. Its worker's thread only.
final class Exchange {
  /// How far the request has come in.
  enum RequestPhase { case head, body, complete }

  /// What the present attempt is doing.
  enum AttemptPhase {
    case none
    /// Waits in the pool's queue: the connection limit is reached. Or, before the first attempt, for its client.
    case queued
    case connecting
    /// The head has gone out; body and answer pass.
    case active
    /// The last attempt failed; the next begins at `backOffUntil`.
    case backingOff
    case tunnel
  }

  /// How far the answer has gone out.
  enum ResponsePhase {
    case none, streaming
    /// Complete on our side; the client has not read all of it.
    case flushing
  }

  let worker: Worker
  /// The worker's; held here, they are used without being counted.
  let metrics: WorkerMetrics
  /// Its name in the worker's slab, for timers.
  var token = Token.none
  @LentDownstream var downstream: (any DownstreamStream)?
  @LentUpstream var upstream: (any UpstreamStream)?

  // What the pipeline found.
  @Lent var rule: RouteRule?
  @Lent var service: Service?
  /// What of these is of a snapshot that was replaced meanwhile.
  var kept: Kept?
  /// The present attempt's endpoint, or the last one's.
  @Lent var pool: UpstreamPool?
  var trace = ExchangeTrace()

  var request = MessageHead()
  var requestTrailers = MessageHead()
  var response = MessageHead()
  var responseTrailers = MessageHead()
  /// The request's body from its first byte, held until a connection is there and, within the bound, for replay
  /// (`Exchange+Replay`).
  var body = ByteBuffer()

  var requestPhase = RequestPhase.head
  var attemptPhase = AttemptPhase.none
  var responsePhase = ResponsePhase.none
  /// An answer of our own that waits for the request's end, so that the connection can be kept.
  var pendingReply: LocalAnswer?
  var answer = Answer()
  var attempts = AttemptState()
  var times = ExchangeTimes()
  var traffic = Traffic()
  var bodyRate = RateMeter()
  /// Whether it has a place among the service's requests: from its first attempt until no endpoint has anything to do with it.
  var holdsRequestLimit = false
  var timer = LazyTimer()
  /// The client asks for another protocol: by `Upgrade`, or by an extended CONNECT.
  var isUpgrade = false
  /// Where the service's version asks for it in another way.
  var handshake: WebSocketHandshake?
  /// How the client spoke, if gRPC: as its request's head said before anything was translated.
  var grpc = GRPCKind.none
  var web: GRPCWebTranslation?
  /// What the rule's CORS filter found; nil where it has none.
  var cors: CORSVerdict?
  /// Says which fields only tokens fill, the trailers among them; nil where no token is asked for.
  var tokens: TokenPolicy?
  /// The request's token, where one was asked for and is good.
  var bearer: VerifiedToken?
  /// What the rules of authorization have said: the last of them, or the first that denies.
  var authorization: AuthorizationVerdict?
  var tunnelEnds: TunnelEnds = []

  init(worker: Worker) {
    self.worker = worker
    metrics = worker.metrics
  }

  /// What the client gets to see.
  struct Answer {
    /// 0 until a final head was chosen.
    var status = 0
    var reason = ErrorReason.none
    /// More precise than the reason's own words.
    var details: StaticString?
    /// How the call ended; nil where it was none, and until that is known.
    var grpc: GRPCCode?
    /// The status of HTTP by which it is counted: `status`, but that an answer of gRPC is 200 whatever it says.
    var outcome = 0
    /// Whether the connection may carry a further exchange, as the head has told the client.
    var keepsConnection = false
  }

  /// The attempts made, and what the present one holds.
  struct AttemptState {
    /// 1 during the first attempt.
    var number = 0
    var retries = 0
    var staleReplays = 0
    var admission: Admission?
    var holdsEndpoint = false
    var holdsRetryLimit = false
    /// Endpoints that failed in this exchange: the next attempt goes elsewhere if it can.
    var failed = EndpointMask()
    /// Whether the present connection had served others before.
    var onReusedConnection = false
    /// The last one was stale: the next may not be.
    var needsFreshConnection = false
    var anyResponseByte = false
    /// What TLS has agreed upon with the present attempt's endpoint; nil where nobody writes it down.
    var tls: TLSDetails?
    /// What the present attempt's endpoint answered; 0 until it did.
    var status = 0
    /// The present attempt's answer is here, and its head waits for what follows (`Exchange+GRPC`).
    var holdsHead = false
    /// With what the endpoint has given up the present attempt's stream.
    var reset: HTTP2ErrorCode?
    /// Whether any byte of the request was given to the present connection.
    var sentRequest = false
    var body = HeldBody.whole
    /// The body was what kept the request from being sent again.
    var lacksBody = false
    /// The policy's attempts were used up.
    var exhausted = false
  }

  struct Traffic {
    var request = Flow()
    var response = Flow()
  }

  /// Made ready for a new request on `stream`.
  func begin(on stream: LentDownstream, now: MonotonicTime) {
    $downstream = stream
    times = ExchangeTimes(start: now)
  }

  /// Back to the state of a new one, keeping memory of usual size.
  ///
  /// - Parameter keepsBody: memory for a body is kept, too.
  func reset(keepsBody: Bool) {
    downstream = nil
    upstream = nil
    rule = nil
    service = nil
    pool = nil
    if kept != nil { kept = nil }
    request.clear()
    response.clear()
    if !requestTrailers.fields.isEmpty { requestTrailers.clear() }
    if !responseTrailers.fields.isEmpty { responseTrailers.clear() }
    if keepsBody && body.allocated <= Worker.warmBody {
      body.clear()
    } else {
      body.release()
    }
    requestPhase = .head
    attemptPhase = .none
    responsePhase = .none
    pendingReply = nil
    answer = Answer()
    attempts = AttemptState()
    trace = ExchangeTrace()
    traffic = Traffic()
    bodyRate = RateMeter()
    isUpgrade = false
    handshake = nil
    if translatesCall { web = nil }
    grpc = .none
    cors = nil
    tokens = nil
    bearer = nil
    authorization = nil
    tunnelEnds = []
  }

  // MARK: Room

  /// Bytes of the request that can be taken now; 0 makes the client wait.
  var requestRoom: Int {
    let size = worker.bufferSize
    switch attemptPhase {
    case .active, .tunnel:
      return traffic.request.room(
        size, queued: $upstream { $0.queued } ?? 0, piece: worker.loop.readBuffer.capacity)
    case .queued, .connecting, .backingOff: return min(size, worker.replayBound) - body.count
    case .none: return size
    }
  }

  /// Bytes of the request that wait for the endpoint.
  var requestQueued: Int {
    switch attemptPhase {
    case .active, .tunnel: return $upstream { $0.queued } ?? 0
    case .queued, .connecting, .backingOff: return body.count
    case .none: return 0
    }
  }

  /// Bytes of the answer that can be taken now; 0 makes the endpoint wait.
  var responseRoom: Int {
    $downstream { downstream in
      let room = traffic.response.room(
        worker.bufferSize, queued: downstream.queued, piece: worker.loop.readBuffer.capacity)
      return min(room, responsePhase == .none ? downstream.firstRoom : downstream.window)
    } ?? worker.bufferSize
  }

  /// Bytes of the answer that wait for the client.
  var responseQueued: Int { $downstream { $0.queued } ?? 0 }

  /// Bytes of the answer, or of a tunnel, that can be taken where it may be at its end, which no window keeps from the
  /// client (RFC 9113, section 6.9). What else they may be waits.
  var responseEndRoom: Int {
    responsePhase == .streaming && $downstream { $0.queued == 0 } ?? false ? 64 : 0
  }

  /// The client has read all that was queued.
  func downstreamDrained() {
    traffic.response.drained(worker.loop.now)
    if responsePhase == .flushing { return finish(keep: answer.keepsConnection) }
    if attemptPhase == .tunnel { endTunnelIfDone() }
    if attemptPhase != .connecting { upstream?.read() }
  }

  /// The endpoint has read all that was queued.
  func upstreamDrained() {
    traffic.request.drained(worker.loop.now)
    forgetSentBody()
    if attemptPhase == .tunnel { endTunnelIfDone() }
    if requestPhase == .body { armTimer() }
    if requestPhase == .body || attemptPhase == .tunnel { downstream?.resume() }
  }
}
