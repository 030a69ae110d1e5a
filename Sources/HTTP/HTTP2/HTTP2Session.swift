internal import CNghttp2
internal import Primitives

/// One HTTP/2 connection as a server or as a client: bytes in, events out; heads and bodies in, bytes out (RFC 9113).
///
/// Framing and HPACK are nghttp2's; what a message may say, what a peer may cost, and when windows are given back are
/// decided here. It does no I/O and reads no clock. In turn:
/// * `receive` what was read, then `deliver` every event before the input goes: those of bodies name ranges of it.
/// * `sendHead`, `send`, `sendEnd`, `startRequest` put into queues; heads are framed at once, bodies when pulled.
/// * `pull` while the connection takes bytes, and only then: what waits here is bounded. Deliver events again, since
///   streams become `writable` or `closed` by it.
///
/// Owned by one thread. It is not told of the connection's end: just let it go.
@safe
public final class HTTP2Session {
  public let role: HTTP2Session.Role
  public let settings: HTTP2Settings
  public let limits: HTTPLimits
  let pool: HTTP2StreamPool
  // SAFETY: made in `init`, freed in `deinit`; nghttp2 calls back only within calls that this object makes, so that
  // the address it holds of this object is valid whenever it uses it.
  let session: OpaquePointer

  /// Streams that are open in both, or in one direction.
  public internal(set) var openStreams = 0
  /// Those of them that are being reset.
  var doomedStreams = 0
  /// Why the session ended; nothing can be done with it any more but `deliver` and `pull`.
  public internal(set) var failure: HTTP2ConnectionError?

  // The peer's
  /// Client: how many streams the server lets us have; 100 until it has said. Server: of no meaning.
  public internal(set) var peerMaxConcurrentStreams = 100
  /// Client: the server takes extended CONNECT (RFC 8441).
  public internal(set) var enablesConnectProtocol = false
  /// Client: the connection is one of TLS, so that requests are of the scheme `https`.
  public var isSecure = false
  /// The peer's first SETTINGS came.
  public internal(set) var hasPeerSettings = false
  /// The peer said by GOAWAY that it takes no further streams.
  public internal(set) var isGoingAway = false

  /// The number of frames in front of a header block that has begun and is not complete: nothing else can come on the
  /// connection until it is. Nil where none is open.
  public var openHeaderBlock: Int? { scanner.openBlock }

  // Input
  var scanner: HTTP2FrameScanner
  var meter: HTTP2GlitchMeter
  var content = HTTP2ContentMeter()
  var reader = HTTP2HeadReader()
  /// Where the input being read begins.
  // SAFETY: only within `receive`, whose input it is.
  var inputStart: UnsafePointer<UInt8>?
  /// The stream whose header block is being read.
  var readingStream: Unmanaged<HTTP2Stream>?
  var headSizes = 0
  /// Requests that were refused, and nobody has counted yet.
  var refusals: UInt32 = 0
  /// The stream that was looked for last, while it is open.
  // SAFETY: forgotten when nghttp2 closes it.
  var found: UnsafeMutableRawPointer?
  var foundID: Int32 = 0
  /// Streams that we have reset, or were asked to refuse: what their peer has sent before it knew is no error. How long
  /// that is looked at may be limited (RFC 9113, section 5.1).
  var resetHere = HTTP2StreamNumbers(limit: 1024)
  var ended = HTTP2StreamNumbers(limit: 16)
  /// The peer has acknowledged our settings, so that it knows how many streams it may have.
  var knowsSettings = false
  var pings = 0
  var unansweredPings = 0

  /// nghttp2 is reading what was put together (`HTTP2DataRun`), not the input.
  var isInRun = false
  /// Of the input that was read last some came in small pieces: whoever passes them on may wait for the next ones.
  public internal(set) var sawPieces = false

  // Events
  var events: [HTTP2QueuedEvent] = []
  var nextEvent = 0
  /// The stream whose end was told last.
  var closing: Unmanaged<HTTP2Stream>?
  /// The stream whose message was last told to be malformed.
  var refusing: HTTP2Stream?

  // Output
  /// Fields that are unique in each message, and whose names the peer's table has.
  var named = FieldIDSet()
  // SAFETY: taken from the pool; here until nghttp2 has closed them and their end was told.
  var streams: [Unmanaged<HTTP2Stream>] = unsafe []
  /// Frames that wait to be pulled; during `pull` the caller's buffer.
  var output = ByteBuffer()
  /// Streams that were ended when nothing of their bodies waited any more.
  var bareEnds: [Int32] = []
  var outputLimit = Int.max
  /// Bytes of bodies that were given to `send` and that `pull` has not come to yet: they will need the connection's window.
  var unframed = 0
  /// Frames in `output` that answer the peer's, and heads.
  var controlOutput = 0
  var headOutput = 0
  /// The DATA frame that is being made is as long as windows and the peer's frame size allow.
  var fillsWindow = false
  /// Bodies wait: only heads and control frames are to be framed.
  var holdsBodies = false
  var sentSettings = false
  /// The GOAWAY of `failure` is to be written.
  var owesGoAway = false
  /// The owner had the last stream named.
  var sentLastStream = false
  /// Client: the number of the last request.
  var lastStartedStream: Int32 = 0

  public init(role: HTTP2Session.Role, settings: HTTP2Settings, limits: HTTPLimits, pool: HTTP2StreamPool) {
    self.role = role
    self.settings = settings
    self.limits = limits
    self.pool = pool
    scanner = HTTP2FrameScanner(role: role)
    // It is clients that come back as they like.
    meter = HTTP2GlitchMeter(
      burst: settings.glitchBurst, rate: settings.glitchRate,
      atBeginning: role == .server ? settings.glitchBurst / 4 : nil)
    unsafe session = HTTP2Session.makeSession(role: role, limits: limits, memory: pool.memory)
    // SAFETY: see `session`.
    unsafe nghttp2_session_set_user_data(session, Unmanaged.passUnretained(self).toOpaque())
    begin()
  }

  deinit {
    // SAFETY: see `session`; this calls nothing back.
    unsafe nghttp2_session_del(session)
    unsafe streams.forEach { unsafe pool.put($0) }
  }
}
