internal import CNghttp2
internal import Primitives

/// One side of an HTTP/2 connection over libnghttp2: bytes in and events out, messages in and bytes out. It does no
/// I/O and reads no clock. Owned by one thread.
///
/// Whatever libnghttp2 calls back only notes an event; the owner acts on events when `receive` or `pull` is over.
@safe
public final class HTTP2Session {
  public enum Role: Sendable { case server, client }

  public let role: Role
  let settings: HTTP2Settings
  let limits: HTTPLimits
  let pool: HTTP2StreamPool
  // SAFETY: made in init, freed in deinit, used by this object's thread only.
  var session: OpaquePointer?

  /// Streams in use, by slot.
  var open: [HTTP2Stream?] = []
  var freeSlots: [Int] = []
  public internal(set) var openStreams = 0
  private var events: [EventRecord] = []
  private var nextEvent = 0
  private var finished: HTTP2Stream?

  /// During `receive`: where the input lies.
  var input: UnsafePointer<UInt8>?
  var inputCount = 0
  /// During `pull`: what is being filled.
  var frames = ByteBuffer()
  /// The stream whose header block is being decoded.
  var decoding: HTTP2Stream?
  var limit = 0
  /// Why the connection is over. It may be known only when `pull` has written the GOAWAY that says so.
  public internal(set) var failure: HTTP2ConnectionError?
  var scanner: HTTP2FrameScanner
  /// WINDOW_UPDATE frames that are no more than what was sent gives reason for.
  var windowCredit = 16
  /// CONTINUATION frames of the header block that comes in.
  var continuations = 0
  var glitches: HTTP2GlitchMeter
  /// The highest id that the peer has opened.
  var lastStreamID: Int32 = 0
  /// Streams that we reset a moment ago: what the peer had sent before it knew is no error.
  var recentlyReset = RecentStreams()
  var peerShutDown = false
  var isShutDown = false
  /// We have ended it ourselves, with an error.
  var isAborted = false

  struct EventRecord {
    enum Kind: UInt8 {
      case head, informational, body, end, reset, malformed, closed, writable, settings, goAway, pong
    }
    var kind: Kind
    var slot: Int32 = -1
    var start: Int32 = 0
    var end: Int32 = 0
    var code: UInt32 = 0
  }

  public init(role: Role, settings: HTTP2Settings, limits: HTTPLimits, pool: HTTP2StreamPool) {
    self.role = role
    self.settings = settings
    self.limits = limits
    self.pool = pool
    scanner = HTTP2FrameScanner(role)
    glitches = HTTP2GlitchMeter(burst: settings.glitchBurst, rate: settings.glitchRate)
    unsafe input = nil
    unsafe session = nil
    unsafe session = Self.make(role, settings, owner: Unmanaged.passUnretained(self).toOpaque())
    introduce()
  }

  deinit {
    // SAFETY: made in init.
    unsafe nghttp2_session_del(session)
  }

  // MARK: Events

  func note(_ record: EventRecord) { events.append(record) }

  func note(_ kind: EventRecord.Kind, _ stream: HTTP2Stream, code: UInt32 = 0) {
    events.append(EventRecord(kind: kind, slot: Int32(stream.slot), code: code))
  }

  /// What has come since the last one; nil when all was told. A stream is used again after its `closed`.
  public func next() -> HTTP2Event? {
    if let stream = finished {
      finished = nil
      pool.give(stream)
    }
    while nextEvent < events.count {
      let record = events[nextEvent]
      nextEvent += 1
      if let event = event(record) { return event }
    }
    if nextEvent > 0 {
      events.removeAll(keepingCapacity: events.capacity <= 256)
      nextEvent = 0
    }
    return nil
  }

  private func event(_ record: EventRecord) -> HTTP2Event? {
    switch record.kind {
    case .settings: return .settings
    case .goAway: return .goAway(lastStream: record.start, HTTP2ErrorCode(wire: record.code))
    case .pong: return .pong
    default: break
    }
    guard let stream = open[Int(record.slot)] else { return nil }
    // Whoever gave it up wants to hear no more than that it is over.
    if stream.sentReset || stream.resetBehindEnd != nil, record.kind != .closed { return nil }
    switch record.kind {
    case .head: return .head(stream)
    case .informational:
      let spare = stream.informationals.removeFirst()
      swap(&stream.informational, &spare.head)
      pool.give(spare)
      return .informational(stream)
    case .body: return .body(stream, Int(record.start)..<Int(record.end))
    case .end: return .end(stream)
    case .reset: return .reset(stream, HTTP2ErrorCode(wire: record.code))
    case .malformed: return .malformed(stream, stream.malformation ?? .invalidValue)
    case .writable: return stream.isClosed ? nil : .writable(stream)
    case .closed:
      retire(stream)
      return .closed(stream)
    default: return nil
    }
  }

  // MARK: Streams

  func take(id: Int32) -> HTTP2Stream {
    let stream = pool.take()
    stream.id = id
    if let slot = freeSlots.popLast() {
      stream.slot = slot
      open[slot] = stream
    } else {
      stream.slot = open.count
      open.append(stream)
    }
    openStreams += 1
    return stream
  }

  private func retire(_ stream: HTTP2Stream) {
    open[stream.slot] = nil
    freeSlots.append(stream.slot)
    openStreams -= 1
    finished = stream
    if stream.unconsumed > 0 {
      // SAFETY: the session lives.
      unsafe _ = nghttp2_session_consume_connection(session, stream.unconsumed)
    }
  }

  // MARK: What the peer has said

  /// Streams that the peer lets us have open at once; 100 until it has said so.
  public var peerMaxConcurrentStreams: Int {
    // SAFETY: the session lives.
    Int(unsafe nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS))
  }

  /// Of a header block that has begun and is not complete, the number of frames in front of it: nothing else can come
  /// on the connection until it is. Nil where none is open.
  public var openHeaderBlock: Int? { scanner.openBlock }

  public var enablesConnectProtocol: Bool {
    // SAFETY: the session lives.
    unsafe nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL) == 1
  }

  /// Client: ids are left, and neither side has said that it ends.
  public var canStartRequest: Bool {
    // SAFETY: the session lives.
    unsafe !peerShutDown && !isShutDown && nghttp2_session_check_request_allowed(session) != 0
  }

  /// Bytes of a body that the peer takes now, beyond those that wait: the smaller of the stream's and the connection's
  /// window. Where that is nothing, `writable` tells when it opens.
  public func sendWindow(of stream: HTTP2Stream) -> Int {
    // SAFETY: the session lives.
    let window = unsafe Int(
      min(
        nghttp2_session_get_remote_window_size(session),
        nghttp2_session_get_stream_remote_window_size(session, stream.id)))
    if window <= stream.queued { stream.isStarved = true }
    return window - stream.queued
  }

  /// A window has opened, the connection's or one stream's: whoever was told that there is none may ask again.
  func windowOpened(_ id: Int32) {
    if id != 0 { return wake(stream(id)) }
    for stream in open { wake(stream) }
  }

  private func wake(_ stream: HTTP2Stream?) {
    guard let stream, stream.isStarved else { return }
    stream.isStarved = false
    if stream.queued == 0 { note(.writable, stream) }
  }

  /// Something waits for `pull`.
  public var hasOutput: Bool {
    // SAFETY: the session lives.
    unsafe nghttp2_session_want_write(session) != 0
  }

  /// Both sides have said all: the connection can be closed.
  public var isFinished: Bool {
    // SAFETY: the session lives.
    unsafe nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
  }
}
