public import Primitives

/// One stream as a session sees it. Used again for another one after `HTTP2EventHandler.streamClosed`, but not before the
/// connection's next event is asked for; owned by the thread of its session.
public final class HTTP2Stream: TurnLived {
  public internal(set) var id: Int32 = 0
  /// The owner's; -1 in a fresh stream.
  public var tag = -1
  /// The head that was received: the request, or the final response. The owner's once `head` has come.
  public var head = MessageHead()
  /// Client: the 1xx response that the event `informational` tells of.
  public var informational = MessageHead()
  /// The trailers that were received, once `end` has come.
  public var trailers = MessageHead()

  /// Bytes of body that were received, and that `consume` has not given back.
  public internal(set) var unconsumed = 0
  /// The peer's side is over: END_STREAM was received.
  public internal(set) var receivedEnd = false
  /// Our side is over: the end was given to the session, though it may not be in a frame yet.
  public internal(set) var sentEnd = false
  /// Either side reset it. Already so when an earlier event of the same input is taken.
  public internal(set) var isReset = false
  /// The code of the peer's RST_STREAM, as it came: nil where it was the session, or a GOAWAY, that ended the stream.
  public internal(set) var peerReset: UInt32?
  /// Both sides are over.
  public internal(set) var isClosed = false
  /// The owner's: nobody but itself had to do anything for the answer, so that it earns no forgiveness
  /// (`HTTP2Settings.glitchBurst`).
  public var isOwnAnswer = false
  /// Bytes that were given to `send` and are not in frames yet.
  public var queued: Int { output.count }
  /// Copies what was given to `send` from the byte `offset` on, counted from the first one. Nothing from there on may be in a
  /// frame. A client's stream has it until `streamClosed` is told, whoever has ended it.
  public func copyUnsent(from offset: Int, to buffer: inout ByteBuffer) {
    let skipped = offset - Int(framed)
    precondition(skipped >= 0)
    if skipped < output.count { output.withBytes { buffer.append($0.extracting(skipped...)) } }
  }
  /// Bytes of body that went into frames so far.
  public internal(set) var framed: UInt64 = 0
  /// The owner's: what it found when it looked whether the peer takes anything.
  public var sighted: Sighting?
  /// The final head, or the request's, was sent.
  public internal(set) var sentHead = false

  // What is to be sent
  var output = ByteBuffer()
  var outgoingTrailers = MessageHead()
  /// nghttp2 was told that there is nothing to send at present.
  var isDeferred = false
  /// Its frames alternate with those of others.
  var takesTurns = false

  /// Our END_STREAM is in a frame.
  var framedEnd = false
  /// What is to follow it.
  var resetBehindEnd: HTTP2ErrorCode?

  // What is received
  /// A header block of it is being read.
  var isBeingRead = false
  /// What was received broke a rule; nothing further is told of it.
  var isMalformed = false
  /// A final head was received, so that a body may follow.
  var receivedHead = false
  /// Bytes of body that Content-Length still promises; nil without one.
  var remaining: UInt64?
  /// No byte of a body may come.
  var refusesBody = false
  /// Client: the head waits for that.
  var holdsHead = false
  /// Client: what was asked, since it tells what the answer may be.
  var method = Method.get
  /// Client: it has the configured window, not only the first one; and what was consumed until then.
  var hasFullWindow = false
  var consumed = 0
  var informationalCount = 0
  /// Size of the heads that were received, in HPACK's terms, beyond the ordinary.
  var headSize = 0
  /// 1xx heads whose events were not taken yet.
  var informationals: [HTTP2SpareHead] = []

  // Its place in the session
  var slot = 0
  /// We reset it ourselves, or were asked to.
  var wasResetHere = false
  /// That nghttp2 has to reset it was counted.
  var isResetCharged = false
  /// The owner gave it up, and wants to hear no more than that it is over.
  var wasGivenUp = false
  /// It is being reset.
  var isDoomed = false
  /// The owner was told that the windows take nothing.
  var awaitsWindow = false
  /// Its owner has not heard of it, and will not.
  var isHidden = false
  var isWritableQueued = false

  init() {}

  /// Bytes of memory that it holds.
  var allocated: Int {
    let heads = head.arena.allocated + informational.arena.allocated
    return heads + trailers.arena.allocated + outgoingTrailers.arena.allocated + output.allocated
  }

  /// Forgets the last stream, keeps the memory.
  func prepare() {
    id = 0
    tag = -1
    // Most are empty: heads are swapped out for empty ones, trailers are rare.
    if !head.arena.isEmpty { head.clear() }
    if !trailers.arena.isEmpty { trailers.clear() }
    unconsumed = 0
    receivedEnd = false
    sentEnd = false
    isReset = false
    peerReset = nil
    isClosed = false
    sentHead = false
    output.clear()
    framed = 0
    isOwnAnswer = false
    sighted = nil
    framedEnd = false
    resetBehindEnd = nil
    if !outgoingTrailers.arena.isEmpty { outgoingTrailers.clear() }
    isDeferred = false
    takesTurns = false
    isBeingRead = false
    isMalformed = false
    receivedHead = false
    remaining = nil
    refusesBody = false
    hasFullWindow = false
    consumed = 0
    holdsHead = false
    method = .get
    if informationalCount > 0 { informational.clear() }
    informationalCount = 0
    headSize = 0
    if !informationals.isEmpty { informationals = [] }
    slot = 0
    wasResetHere = false
    isResetCharged = false
    wasGivenUp = false
    isDoomed = false
    awaitsWindow = false
    isHidden = false
    isWritableQueued = false
  }

  /// Gives all memory back.
  func release() {
    head.release()
    informational.release()
    trailers.release()
    outgoingTrailers.release()
    output.release()
  }
}

extension HTTP2Stream {
  /// How many of its bytes were in frames, and where on the connection they ended at the latest.
  public struct Sighting {
    public let framed: UInt64
    public let end: UInt64

    public init(framed: UInt64, end: UInt64) {
      self.framed = framed
      self.end = end
    }
  }
}

/// A head that waits until its event is taken.
final class HTTP2SpareHead {
  var head = MessageHead()
  init() {}
}
