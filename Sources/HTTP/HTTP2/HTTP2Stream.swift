internal import Primitives

/// One stream as the codec sees it. Taken from a `HTTP2StreamPool` and used again, with its memory.
public final class HTTP2Stream {
  public internal(set) var id: Int32 = 0
  /// The owner's: -1 in a fresh one.
  public var tag = -1
  /// The head that was received last.
  public var head = MessageHead()
  public var trailers = MessageHead()
  /// Client: the 1xx response that is being told.
  public var informational = MessageHead()
  /// The peer has sent its last byte.
  public internal(set) var receivedEnd = false
  /// Our last byte was given to the session.
  public internal(set) var sentEnd = false
  public internal(set) var isClosed = false
  /// Bytes of the body that were received and not given back with `consume`.
  public internal(set) var unconsumed = 0
  /// Bytes given to `send` that are not in frames yet.
  public var queued: Int { output.count }

  /// Bytes of the body that went into frames so far.
  public internal(set) var framed: UInt64 = 0

  // The session's own.
  var slot = 0
  var output = ByteBuffer()
  var outgoingTrailers = MessageHead()
  var hasOutgoingTrailers = false
  /// The data provider had nothing to give: it must be asked again.
  var isDeferred = false
  /// The owner was told that the peer takes nothing.
  var isStarved = false
  var hasCompleteHead = false
  /// 1xx responses that came and are not told yet: the final head may have come with them.
  var informationals: [SpareHead] = []
  var informationalCount = 0
  /// The head has gone out: from then on the peer may have acted on it.
  var isBegun = false
  var isResetTold = false
  var isMalformedTold = false
  var sentReset = false
  /// Our last byte is in a frame, and what is to follow it.
  var isEndFramed = false
  var resetBehindEnd: HTTP2ErrorCode?
  var method = Method.other
  var fields = HTTP2FieldCount()
  var pseudo = HTTP2PseudoFields()
  var malformation: HTTPError?

  init() {}

  /// Back to the state of a fresh one.
  func reset() {
    id = 0
    tag = -1
    head.clear()
    trailers.clear()
    informational.clear()
    if !informationals.isEmpty { informationals.removeAll(keepingCapacity: true) }
    informationalCount = 0
    receivedEnd = false
    sentEnd = false
    isClosed = false
    unconsumed = 0
    framed = 0
    if output.allocated > 16 << 10 { output.release() } else { output.clear() }
    outgoingTrailers.clear()
    hasOutgoingTrailers = false
    isDeferred = false
    isStarved = false
    hasCompleteHead = false
    isBegun = false
    isResetTold = false
    isMalformedTold = false
    sentReset = false
    isEndFramed = false
    resetBehindEnd = nil
    method = .other
    fields = HTTP2FieldCount()
    pseudo = HTTP2PseudoFields()
    malformation = nil
  }
}

/// A head that can be kept in a list.
final class SpareHead {
  var head = MessageHead()
}

/// Spare streams of one worker, for all of its sessions: a warm worker allocates nothing of its own for a stream.
public final class HTTP2StreamPool {
  private static let most = 1024
  private var spare: [HTTP2Stream] = []
  private var spareHeads: [SpareHead] = []
  /// Where field lines for libnghttp2 are put together.
  var fieldList = HTTP2FieldList()

  public init() {}

  func take() -> HTTP2Stream { spare.popLast() ?? HTTP2Stream() }

  func takeHead() -> SpareHead { spareHeads.popLast() ?? SpareHead() }

  func give(_ head: SpareHead) {
    guard spareHeads.count < 16 else { return }
    head.head.clear()
    spareHeads.append(head)
  }

  func give(_ stream: HTTP2Stream) {
    guard spare.count < Self.most else { return }
    stream.reset()
    spare.append(stream)
  }
}
