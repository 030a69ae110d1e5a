internal import Primitives

/// Turns the bytes of one side of an HTTP/1 connection into heads and pieces of bodies (RFC 9112).
///
/// It owns no bytes: the caller presents its unread input, and takes what `next` gives. However the input is
/// cut, the events are the same (but for where body pieces are cut), and the work is linear in the bytes, even
/// when they come one at a time. After an error every further call throws it again: close the connection.
/// Owned by one thread at a time.
public struct HTTP1Decoder: ~Copyable {
  public enum Role: UInt8, Sendable {
    /// Reads requests.
    case server
    /// Reads responses, each announced by `expect`.
    case client
  }

  enum Phase: UInt8 {
    case startLine, fields, fixedBody, chunkSize, chunkData, chunkEnd, trailers, bodyUntilClose, end
    case tunnel, closed, failed
  }

  public let role: Role
  public var limits: HTTPLimits
  var phase = Phase.startLine
  var failure = HTTPError.invalidMethod

  /// How far an incomplete line was searched for its end already, from its beginning.
  @Short var scanned = 0
  /// An empty line before the request was passed over.
  var skippedEmptyLine = false
  /// Bytes of the fields read so far, of the head or of the trailers.
  @Short var fieldBytes = 0
  @Short var fieldCount = 0
  /// Bytes of chunk extensions read so far in this body.
  @Short var extensionBytes = 0
  /// Bytes of the body, or of the chunk, that are still to come.
  var remaining: UInt64 = 0

  // What the fields of the head being read said.
  var contentLength: UInt64?
  var chunked = false
  var connection = ConnectionOptions()
  var expectation = false

  /// The message being read lets the connection go on.
  var persistent = true

  // Client
  @Short var informational = 0
  var awaitsResponse = false
  var expectedMethod = Method.get
  var expectsUpgrade = false

  public init(role: Role, limits: HTTPLimits = HTTPLimits()) {
    self.role = role
    self.limits = limits
  }

  /// Between two messages, and nothing of the next one has been seen.
  public var isIdle: Bool { phase == .startLine && scanned == 0 && !awaitsResponse }

  /// A head has begun and is not complete. The caller's head must stay as it is between calls.
  public var isReadingHead: Bool { phase == .fields || phase == .startLine && scanned > 0 }

  /// The message is complete but for the `end` that `next` gives without any input.
  public var isAtEnd: Bool { phase == .end }

  /// Bytes follow that are no HTTP: after a 101, or a 2xx to CONNECT.
  public var isTunnel: Bool { phase == .tunnel }

  /// Nothing more will be read: the last message said `close`, or ended with its connection.
  public var isClosed: Bool { phase == .closed || phase == .failed }

  /// Nothing but the body's end may be what comes next.
  public var mayEndNext: Bool {
    switch phase {
    case .chunkSize, .chunkEnd, .trailers, .bodyUntilClose: true
    default: false
    }
  }

  /// Bytes of the body that are still to come, where that is known.
  public var bodyRemaining: UInt64? {
    switch phase {
    case .fixedBody: remaining
    case .end, .startLine, .closed: 0
    default: nil
    }
  }

  /// Client: a request was sent, and its response is read next. Responses are expected one at a time.
  public mutating func expect(responseTo method: Method, upgrade: Bool = false) {
    awaitsResponse = true
    expectedMethod = method
    expectsUpgrade = upgrade
    informational = 0
  }

  /// Server: the answer to the last request was 101, so what follows on this side is no HTTP. Only between
  /// messages.
  public mutating func becomeTunnel() {
    if phase == .startLine || phase == .end || phase == .closed { phase = .tunnel }
  }

  /// The next event. `offset` moves behind what it covers; on `needInput` everything from there on must be
  /// presented again, with more behind it. `head` and `trailers` are filled where an event says so, and must not
  /// be touched by others while `isReadingHead` or within a chunked body.
  public mutating func next(
    _ input: Span<UInt8>, _ offset: inout Int, head: inout MessageHead, trailers: inout MessageHead
  ) throws(HTTPError) -> HTTPEvent {
    switch phase {
    case .startLine, .fields:
      do throws(HTTPError) {
        return try readHead(input, &offset, &head, &trailers)
      } catch {
        throw fail(error)
      }
    case .end:
      return finish()
    case .fixedBody, .bodyUntilClose, .tunnel:
      return readPlainBody(input, &offset)
    case .chunkSize, .chunkData, .chunkEnd, .trailers:
      do throws(HTTPError) {
        return try readChunked(input, &offset, &trailers)
      } catch {
        throw fail(error)
      }
    case .closed:
      return .needInput
    case .failed:
      throw failure
    }
  }

  /// The peer sent its last byte. Gives `end` where that completes a message or a tunnel, and `needInput` where
  /// nothing was under way.
  public mutating func inputEnded() throws(HTTPError) -> HTTPEvent {
    switch phase {
    case .startLine where scanned > 0: throw fail(.truncatedHead)
    case .startLine where awaitsResponse: throw fail(.noResponse)
    case .startLine, .closed: return .needInput
    case .fields: throw fail(.truncatedHead)
    case .fixedBody, .chunkSize, .chunkData, .chunkEnd, .trailers: throw fail(.truncatedBody)
    case .end, .bodyUntilClose: return finish()
    case .tunnel:
      phase = .closed
      return .end
    case .failed: throw failure
    }
  }

  mutating func fail(_ error: HTTPError) -> HTTPError {
    phase = .failed
    failure = error
    return error
  }

  /// Ends the message.
  mutating func finish() -> HTTPEvent {
    awaitsResponse = false
    phase = persistent ? .startLine : .closed
    return .end
  }
}
