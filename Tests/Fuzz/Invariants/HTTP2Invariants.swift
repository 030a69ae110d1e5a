public import HTTP
internal import Primitives

/// What must hold for any bytes whatever on an HTTP/2 connection. Each traps where it does not; `HTTP2Driver` checks
/// the order of events and windows, and `HTTP2Frames` that what is written is whole frames.
public enum HTTP2Invariants {
  private static let text = [UInt8](repeating: 0x78, count: 300)

  /// `bytes`: what a peer sends, behind the client's preface where it is one.
  public static func check(_ bytes: [UInt8], role: HTTP2Session.Role) {
    var seed: UInt64 = 0x9e37_79b9_7f4a_7c15
    for byte in bytes.prefix(16) { seed = (seed ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    var random = Random(seed: seed)
    let input = role == .server ? HTTP2Frames.preface + bytes : bytes
    // However the bytes are cut: the same events. The bounds on abuse count what was made of the bytes, too.
    // With many streams, and with so few that some are refused.
    for streams in role == .server ? [10_000, 2] : [10_000] {
      let whole = run(input, driver(role, streams, length: input.count)) { input.count }
      // Long ones would take long.
      if input.count <= 4096 {
        expectSame(whole, run(input, driver(role, streams, length: input.count)) { 1 })
      }
      for most: UInt64 in [40, 1 << 13] {
        expectSame(
          whole, run(input, driver(role, streams, length: input.count)) { 1 + Int(random.next() % most) })
      }
    }
    // Whoever answers, gives up and takes nothing, under small bounds: only the order of events must hold.
    for seed in [random.next(), random.next()] { runBusy(input, role, seed) }
  }

  private static func driver(_ role: HTTP2Session.Role, _ streams: Int, length: Int) -> HTTP2Driver {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = streams
    settings.glitchBurst = 1_000_000
    settings.maxQueuedFrames = 1_000_000
    let driver = HTTP2Driver(role, settings: settings)
    // When windows are given back depends on how much is read at once: whether a peer has kept to them would, too.
    driver.consumes = length < 1 << 15
    if role == .client { for i in 0..<3 { ask(driver, i) } }
    return driver
  }

  private static func run(_ input: [UInt8], _ driver: HTTP2Driver, nextSize: () -> Int) -> HTTP2Driver {
    driver.acts = { event, _ in
      if case .head(let stream) = event { checkDowngrade(stream.head) }
    }
    driver.receive(input, nextSize: nextSize)
    _ = HTTP2Frames.describe(driver.output)
    if driver.error != nil { precondition(driver.session.isFinished, "an error, and no end") }
    return driver
  }

  private static func ask(_ driver: HTTP2Driver, _ index: Int) {
    var head = MessageHead()
    head.arena.append("/")
    head.method = index == 1 ? .head : index == 2 ? .post : .get
    head.path = ByteRange(0, 1)
    head.append(.host, "h")
    let stream = driver.session.startRequest(head, ends: index != 2)
    if index == 2 { stream { driver.session.send(text.span, on: $0) } }
    driver.pull()
  }

  private static func runBusy(_ input: [UInt8], _ role: HTTP2Session.Role, _ seed: UInt64) {
    var random = Random(seed: seed)
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 4
    settings.glitchBurst = 20
    settings.maxQueuedFrames = 10
    settings.initialStreamWindow = 100
    settings.initialConnectionWindow = 65_535
    settings.maxContinuations = 2
    var limits = HTTPLimits()
    limits.headerBytes = 300
    limits.headerCount = 6
    limits.trailerBytes = 100
    limits.trailerCount = 2
    limits.informational = 1
    let driver = HTTP2Driver(role, settings: settings, limits: limits)
    driver.consumes = random.next() % 2 == 0
    driver.limit = 1 + Int(random.next() % 200)
    if role == .client { for i in 0..<3 { ask(driver, i) } }
    var head = MessageHead()
    head.reset(status: 200)
    head.append(name: "a", value: "b")
    driver.acts = { event, session in
      guard let stream = event.stream else { return }
      if case .closed = event { return }
      switch random.next() % 8 {
      case 0: session.reset(stream, .cancel)
      case 1 where role == .server: session.sendHead(head, on: stream, ends: true)
      case 2 where role == .server:
        if case .head = event { session.sendHead(head, on: stream, ends: false) }
      case 3: session.send(text.span, on: stream)
      case 4: session.sendEnd(on: stream)
      case 5: session.sendEnd(trailers: head, on: stream)
      case 6: session.consume(Int(random.next() % 50), on: stream)
      case 7: if random.next() % 16 == 0 { session.shutDown() }
      default: break
      }
    }
    driver.receive(input) { 1 + Int(random.next() % 60) }
    _ = HTTP2Frames.describe(driver.output)
    precondition(driver.session.openStreams <= 4 + 3 || role == .client)
  }

  /// What passes here is read by the next hop, which speaks HTTP/1, as it was read here.
  private static func checkDowngrade(_ head: borrowing MessageHead) {
    if !head.connectProtocol.isEmpty { return }
    var copy = MessageHead()
    head.copy(into: &copy)
    ForwardingRules.removeHopByHop(&copy)
    copy.framing = copy.framing.forwarded(to: .http11)
    var output = ByteBuffer()
    var limits = HTTPLimits()
    limits.headerBytes *= 2
    limits.headerCount *= 2
    limits.underscores = .allow
    let isRequest = head.status == 0
    var decoder = HTTP1Decoder(role: isRequest ? .server : .client, limits: limits)
    if isRequest {
      HTTP1Encoder.appendRequest(copy, to: &output)
    } else {
      HTTP1Encoder.appendResponse(copy, to: &output, version: .http11, persistent: true)
      decoder.expect(responseTo: .get, upgrade: false)
    }
    var second = MessageHead()
    var trailers = MessageHead()
    var offset = 0
    let event = try? decoder.next(output.bytes, &offset, head: &second, trailers: &trailers)
    precondition(event == .head, "refused: \(String(decoding: output.bytes.copied, as: UTF8.self))")
    precondition(offset == output.count, "a second message")
    precondition(second.method == copy.method && second.status == copy.status)
    precondition(second.text(of: second.methodName) == copy.text(of: copy.methodName))
    precondition(second.text(of: second.path) == copy.text(of: copy.path), "another path")
    precondition(second.text(of: second.query) == copy.text(of: copy.query), "another query")
    precondition(!isRequest || second.text(of: second.authority) == copy.text(of: copy.authority))
  }
}

extension HTTP2Event {
  fileprivate var stream: HTTP2Stream? {
    switch self {
    case .head(let stream), .informational(let stream), .body(let stream, _), .end(let stream),
      .reset(let stream, _), .malformed(let stream, _), .closed(let stream), .writable(let stream):
      stream
    case .settings, .goAway, .pong: nil
    }
  }
}
