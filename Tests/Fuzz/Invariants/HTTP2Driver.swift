public import HTTP
public import Primitives

/// Owns one HTTP/2 session, feeds it, acts on its events, and writes them down: two lists of lines are equal where an
/// owner could see no difference. Traps where events of a stream come in an order that no owner has to expect.
public final class HTTP2Driver {
  public let session: HTTP2Session
  /// One line an event. Pieces of a body that follow each other are one line.
  public private(set) var lines: [String] = []
  public private(set) var error: HTTP2ConnectionError?
  /// All was said, and no error: an owner reads nothing more.
  public private(set) var wasDone = false
  /// Everything that the session wrote.
  public private(set) var output: [UInt8] = []
  /// Ids, in the order in which they ended.
  public private(set) var closed: [Int32] = []
  public private(set) var writable: [Int32] = []
  /// Called with each event when it is written down.
  public var acts: (HTTP2Event, HTTP2Session) -> Void = { _, _ in }
  /// Whether bodies are taken as they come.
  public var consumes = true
  /// Bytes that are made at once.
  public var limit = 1 << 16

  private let settings: HTTP2Settings
  private var states: [Int32: HTTP2StreamOrder] = [:]
  private var body: (id: Int32, bytes: [UInt8])?
  private var buffer = ByteBuffer()

  public init(
    _ role: HTTP2Session.Role, settings: HTTP2Settings = HTTP2Settings(), limits: HTTPLimits = HTTPLimits(),
    pool: HTTP2StreamPool = HTTP2StreamPool()
  ) {
    session = HTTP2Session(role: role, settings: settings, limits: limits, pool: pool)
    self.settings = settings
  }

  /// Takes bytes of the peer in pieces of the sizes that `nextSize` gives; after each, all events, then all output.
  public func receive(
    _ bytes: [UInt8], now: MonotonicTime = MonotonicTime(nanoseconds: 1), nextSize: () -> Int
  ) {
    var position = 0
    while position < bytes.count, error == nil {
      let size = max(1, min(nextSize(), bytes.count - position))
      let piece = Array(bytes[position..<(position + size)])
      position += size
      do throws(HTTP2ConnectionError) {
        try session.receive(piece.span, now: now)
      } catch {
        self.error = error
      }
      tell(piece)
      pull()
      if error == nil, session.isFinished { wasDone = true }
    }
    flush()
  }

  public func receive(_ bytes: [UInt8], now: MonotonicTime = MonotonicTime(nanoseconds: 1)) {
    receive(bytes, now: now, nextSize: { bytes.count })
  }

  /// Writes what there is to write. Returns the new bytes.
  @discardableResult
  public func pull() -> [UInt8] {
    let start = output.count
    while true {
      session.pull(into: &buffer, limit: limit)
      if buffer.isEmpty { break }
      output.append(contentsOf: buffer.bytes.copied)
      buffer.clear()
      tell([])
    }
    tell([])
    error = error ?? session.failure
    return Array(output[start...])
  }

  private func tell(_ piece: [UInt8]) {
    while let event = session.next() {
      note(event, piece)
      acts(event, session)
      if consumes, case .body(let stream, let body) = event { session.consume(body.count, on: stream) }
      if case .malformed(let stream, _) = event { session.reset(stream, .protocolError) }
    }
  }

  private func note(_ event: HTTP2Event, _ input: [UInt8]) {
    switch event {
    case .head(let stream):
      add(stream, .head, "head \(Transcript.describe(stream.head))")
    case .informational(let stream):
      add(stream, .informational, "informational \(Transcript.describe(stream.informational))")
    case .body(let stream, let piece):
      precondition(piece.count > 0, "empty piece of a body")
      states[stream.id, default: HTTP2StreamOrder()].add(.body)
      precondition(stream.unconsumed >= 0, "more was taken than came")
      // A peer that has not heard of ours goes by the protocol's own.
      precondition(
        stream.unconsumed <= max(65_535, settings.initialStreamWindow), "a stream beyond its window")
      if body?.id != stream.id { flush() }
      body = (stream.id, (body?.bytes ?? []) + piece.bytes(of: input))
    case .end(let stream):
      add(stream, .end, (["end"] + Transcript.fields(stream.trailers)).joined(separator: " | "))
    case .reset(let stream, let code): add(stream, .reset, "reset \(code)")
    case .malformed(let stream, let error): add(stream, .malformed, "malformed \(error)")
    case .closed(let stream):
      precondition(stream.isClosed)
      states[stream.id, default: HTTP2StreamOrder()].add(.closed)
      closed.append(stream.id)
    case .writable(let stream): writable.append(stream.id)
    case .settings: flush(then: "settings")
    case .goAway(let last, let code): flush(then: "goaway \(last) \(code)")
    case .pong: flush(then: "pong")
    }
  }

  private func add(_ stream: HTTP2Stream, _ step: HTTP2StreamOrder.Step, _ text: String) {
    states[stream.id, default: HTTP2StreamOrder()].add(step)
    flush(then: "\(stream.id) \(text)")
  }

  /// What each stream told, in its order, and under 0 what the connection did; bodies and ends of messages that were
  /// given up later are left out, since where they are cut is nobody's business.
  public var told: [Int32: [String]] {
    var told: [Int32: [String]] = [:]
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 2)
      guard let id = Int32(words[0]) else {
        told[0, default: []].append(line)
        continue
      }
      if words[1] == "reset" || words[1] == "malformed" {
        told[id]?.removeAll { $0.hasPrefix("body") || $0.hasPrefix("end") }
      }
      // Other streams' bytes may have come between.
      if words[1] == "body", let last = told[id]?.last, last.hasPrefix("body ") {
        told[id]?.removeLast()
        told[id]?.append(last + words[2])
      } else {
        told[id, default: []].append(words[1...].joined(separator: " "))
      }
    }
    return told
  }

  private func flush(then line: String? = nil) {
    if let body { lines.append("\(body.id) body \(String(decoding: body.bytes, as: UTF8.self))") }
    body = nil
    if let line { lines.append(line) }
  }
}
