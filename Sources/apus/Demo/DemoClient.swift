internal import HTTP
internal import Primitives
internal import Reactor

/// One client of the proxy in the demo: a kept-alive connection, and a GET now and then.
final class DemoClient {
  private let loop: EventLoop
  private let tally: DemoTally
  private let proxy: SocketAddress
  private let service: String
  private let request: [UInt8]
  private let interval: Interval
  private let token: Token

  private var transport: Transport?
  private var decoder = HTTP1Decoder(role: .client)
  private var response = MessageHead()
  private var trailers = MessageHead()
  private var rest = ByteBuffer()
  private var isConnecting = false
  private var isStopped = false
  private var isWaiting = false
  private var random: Random

  init(
    _ behaviour: DemoBehaviour, proxy: SocketAddress, every interval: Interval, token: Token,
    on loop: EventLoop,
    tally: DemoTally
  ) {
    service = behaviour.rawValue
    self.proxy = proxy
    self.interval = interval
    self.token = token
    self.loop = loop
    self.tally = tally
    request = Array(
      "GET \(behaviour.path) HTTP/1.1\r\nHost: demo.local\r\nUser-Agent: apus-demo/\(Version.text)\r\n\r\n"
        .utf8)
    random = Random(seed: token.raw)
    scheduleNext()
  }

  /// Somewhat irregular, so that clients do not march in step.
  private func scheduleNext() {
    let jitter = Int64(random.next(below: Int(interval.nanoseconds)))
    _ = loop.schedule(at: loop.now + Interval(nanoseconds: interval.nanoseconds / 2 + jitter), token.raw)
  }

  func stop() {
    isStopped = true
    isWaiting = false
    transport = nil
  }

  func timerFired() {
    if isStopped { return }
    scheduleNext()
    // A slow answer delays the next request, as it does with most clients.
    guard !isWaiting else { return }
    isWaiting = true
    if transport == nil { connect() } else { send() }
  }

  func ready(_ readiness: Readiness) {
    guard transport != nil else { return }
    transport?.note(readiness)
    if isConnecting {
      guard !readiness.isDisjoint(with: [.writable, .failed, .hungUp]) else { return }
      isConnecting = false
      if transport?.finishConnect() != 0 { return lost() }
      send()
    }
    transport?.flush()
    receive()
  }

  private func connect() {
    do throws(SystemError) {
      let socket = try Socket.connect(to: proxy)
      try loop.register(socket.descriptor, token: token)
      isConnecting = true
      decoder = HTTP1Decoder(role: .client)
      rest.clear()
      transport = Transport(socket, connected: false)
    } catch {
      lost()
    }
  }

  private func send() {
    decoder.expect(responseTo: .get)
    response.clear()
    let bytes = request
    transport?.send(bytes.span)
  }

  private func receive() {
    while true {
      switch transport?.receive(into: loop.readBuffer) ?? .wouldBlock {
      case .bytes: loop.readBuffer.withBytes { received($0) }
      case .wouldBlock: return
      case .ended, .failed: return lost()
      }
    }
  }

  private func received(_ bytes: Span<UInt8>) {
    rest.append(bytes)
    // Taken out while it is looked at.
    var input = ByteBuffer()
    swap(&input, &rest)
    input.consume(decode(input.bytes))
    swap(&input, &rest)
  }

  /// Returns the bytes used.
  private func decode(_ input: Span<UInt8>) -> Int {
    var offset = 0
    do throws(HTTPError) {
      while true {
        switch try decoder.next(input, &offset, head: &response, trailers: &trailers) {
        case .needInput: return offset
        case .head, .body, .informational: break
        case .end:
          isWaiting = false
          tally.answered(service, status: response.status)
          if !response.persistent { transport = nil }
          return offset
        }
      }
    } catch {
      lost()
      return input.count
    }
  }

  /// Without a connection. That counts only where an answer was due.
  private func lost() {
    transport = nil
    if isWaiting { tally.broke(service) }
    isWaiting = false
    isConnecting = false
  }
}
