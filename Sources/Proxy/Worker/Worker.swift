internal import HTTP
internal import Identity
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Synchronization
internal import Telemetry

/// One thread with its own event loop, listeners, connections and pools. It shares nothing with other workers but
/// the snapshot and the counters in its services' state.
final class Worker {
  /// Bodies up to this size are copied behind their head, so that both leave in one plain write.
  static let copyLimit = 16 * 1024
  /// How long a drain waits for the handshakes that had begun before it.
  static let lastHandshakes = Interval.milliseconds(50)

  /// The largest read. Memory that no body needed is never touched.
  static let readSize = 256 * 1024

  let index: Int
  let loop: EventLoop
  var snapshot: MeshSnapshot
  /// Whose the numbers in `metrics` are.
  var layout: MetricsLayout
  let metrics: WorkerMetrics
  private(set) var timeouts = Timeouts()
  private(set) var bodyRate = MinimumRate()
  private(set) var loopGuard: LoopGuard
  /// Bytes held for each direction of an exchange.
  private(set) var bufferSize = 0
  private(set) var replayBound = 0
  let mailbox: Mailbox<WorkerMessage>
  let accessLog: AccessLogSink?
  /// Whether there is one: asking a flag counts no reference.
  let hasAccessLog: Bool
  private(set) var sampler: Sampler
  private(set) var traceFormats: TraceFormats
  let group: WorkerGroup

  var downstreams = Slab<HTTP1Downstream>(kind: TokenKind.downstream)
  var upstreams = Slab<HTTP1Upstream>(kind: TokenKind.upstream)
  var http2Downstreams = Slab<HTTP2Downstream>(kind: TokenKind.http2Downstream)
  var http2Upstreams = Slab<HTTP2Upstream>(kind: TokenKind.http2Upstream)
  let http2Streams = HTTP2StreamPool()
  var clients = ClientTable()
  let tokens = TokenCache(seed: .random(in: 0 ... .max))
  var handshakes = Slab<DownstreamHandshake>(kind: TokenKind.handshake)
  /// The oldest first, and with them some that are over.
  var handshakeOrder: ArraySlice<Token> = []
  var tlsNotes = LogLimiters<TLSFailureSubject>()
  var http2Notes = LogLimiters<HTTP2FailureSubject>()
  /// By the service's name.
  var silenceNotes = LogLimiters<String>()
  /// Of endpoints that speak another version than their service says.
  var versionNotes = LogLimiters<String>()
  /// By the listener's name.
  var tlsOnPlainNotes = LogLimiters<String>()
  var acceptExhaustion = LogLimiter()
  var connectExhaustion = LogLimiter()
  var random: Random
  var matchScratch = MatchScratch()
  /// What is being put together for clients and for endpoints.
  let toDownstream = OutputGatherer()
  let toUpstream = OutputGatherer()
  /// HTTP/2 frames for one connection.
  var frames = ByteBuffer()
  /// Pieces of a body that come together.
  private var pieces = ByteBuffer()
  /// A piece of a body that is translated.
  var translation = ByteBuffer()
  /// An answer of our own.
  var text = ByteBuffer()
  var spans = SpanBuffer()
  /// By their place; nil where a listener was that is gone.
  var doors: [Door?] = []
  var isDraining = false
  var ending = WorkerDrain()
  var departures: [Departure] = []
  var departureTimer = LazyTimer()

  var exchanges = Slab<Exchange>(kind: TokenKind.exchange)
  var spare: [Lent<Exchange>] = []
  /// The fewest that were spare since memory was looked at last: so many were not needed.
  var fewestSpare = 0
  /// Exchanges that were let go since then.
  var released = 0
  var memoryTimer = LazyTimer()
  /// By `Service.index`.
  var services: [ServicePools?] = []
  /// The same, without references that are counted.
  var lentServices: [Lent<ServicePools>] = []
  /// Closed this turn: their memory goes at its end, when nobody on the stack can mean them any more.
  var retiredDownstreams: [HTTP1Downstream] = []
  var retiredUpstreams: [HTTP1Upstream] = []
  var retiredHandshakes: [DownstreamHandshake] = []
  var retiredShared: [any OutputHolder] = []
  var retiredPools: [UpstreamPool] = []
  var retiredServices: [ServicePools] = []
  var retiredSnapshots: [MeshSnapshot] = []
  var scheduled: [any OutputHolder] = []
  var flushing: [any OutputHolder] = []
  var accessLogTimer = LazyTimer()
  var dateText = HTTPDate()
  var dryRunNotes = LogLimiter()
  /// By the service's name.
  var bodyNotes = LogLimiters<String>()

  init(
    index: Int, group: WorkerGroup, snapshot: MeshSnapshot, metrics: WorkerMetrics, accessLog: AccessLogSink?
  )
    throws(SystemError)
  {
    self.index = index
    self.group = group
    self.snapshot = snapshot
    self.metrics = metrics
    self.accessLog = accessLog
    hasAccessLog = accessLog != nil
    loop = try EventLoop(readSize: Self.readSize)
    mailbox = Mailbox(for: loop)
    layout = metrics.layout
    loopGuard = LoopGuard(limit: snapshot.settings.loops, instance: group.instance)
    sampler = Sampler(rate: snapshot.settings.tracing.sampling)
    traceFormats = TraceFormats(rawValue: snapshot.settings.tracing.propagation.rawValue)
    random = Random(
      seed: UInt64(bitPattern: Int64(Clock.wall())) ^ UInt64(index) << 56 ^ UInt64.random(in: .min ... .max))
    apply(snapshot.settings)
    adoptServices(snapshot.endpointLists)
  }

  /// What holds from now on, for every worker and exchange.
  func apply(_ settings: MeshSettings) {
    timeouts = settings.timeouts
    bodyRate = MinimumRate(bytesPerSecond: settings.bodyRate, grace: timeouts.body)
    loopGuard = LoopGuard(limit: settings.loops, instance: group.instance)
    sampler = Sampler(rate: settings.tracing.sampling)
    traceFormats = TraceFormats(rawValue: settings.tracing.propagation.rawValue)
    bufferSize = Self.data(within: settings.bufferSize)
    replayBound = settings.replayBound
  }

  /// A point on the loop's clock as nanoseconds since 1970.
  func wallTime(of time: MonotonicTime) -> Int64 { Clock.wall() - (Clock.now() - time).nanoseconds }

  /// Lends a buffer, empty.
  func withPieces(_ body: (inout ByteBuffer) -> Void) {
    var buffer = ByteBuffer()
    swap(&buffer, &pieces)
    body(&buffer)
    buffer.clear()
    swap(&buffer, &pieces)
  }

  /// Logged at most once in ten seconds for each service, on each worker: the counter has the exact number.
  func noteBodyTooLargeForReplay(_ service: Service?) {
    let name = service?.name ?? ""
    guard let held = bodyNotes.admit(name, now: loop.now) else { return }
    Log.warning(
      "retry skipped: request body exceeds the replay bound",
      ["service": .string(name), "bound": LogValue(replayBound), "more": LogValue(unlessZero: held)])
  }

  /// `Date` for answers of our own.
  func httpDate() -> HTTPDate {
    dateText.refresh(loop.now, Clock.wall)
    return dateText
  }
}
