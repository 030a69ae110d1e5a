internal import HTTP
internal import Primitives
internal import Reactor

/// Bytes in: the session's events go to the calls.
extension HTTP2Connection: HTTP2EventHandler {
  func read() {
    var turns = 4
    while turns > 0, !isClosed, transport.isReadable {
      turns -= 1
      switch transport.receive(into: client.loop.readBuffer) {
      case .bytes: client.loop.readBuffer.withBytes { received($0) }
      case .wouldBlock: return
      case .ended: return lost(.closed)
      case .failed: return lost(transport.tlsFailure.map { .secureFailed($0) } ?? .reset)
      }
    }
    if !isClosed, transport.isReadable { client.loop.continueLater(token) }
  }

  private func received(_ bytes: Span<UInt8>) {
    heard()
    var failure: HTTP2ConnectionError?
    do throws(HTTP2ConnectionError) {
      try session.receive(bytes, now: client.loop.now)
    } catch {
      failure = error
    }
    while session.deliver(to: self, bytes) {}
    if isClosed { return }
    if let failure {
      sendFrames()
      return lost(.protocolError(failure))
    }
    schedule()
  }

  func headReceived(_ stream: HTTP2Stream) {
    guard let call = call(on: stream) else { return }
    swap(&call.response, &stream.head)
    call.headReceived()
  }

  func informationalReceived(_ stream: HTTP2Stream) {}

  func bodyReceived(_ stream: HTTP2Stream, _ range: Range<Int>, of input: Span<UInt8>) {
    guard let call = call(on: stream), call.bodyReceived(input.extracting(range)) else { return }
    if call.stream === stream { session.consume(range.count, on: stream) }
  }

  func endReceived(_ stream: HTTP2Stream) {
    guard let call = call(on: stream) else { return }
    if !stream.trailers.fields.isEmpty { swap(&call.trailers, &stream.trailers) }
    leave(call)
    call.endReceived()
    client.serve(origin)
  }

  func streamReset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
    guard let call = call(on: stream) else { return }
    leave(call)
    call.lost(.streamReset(code), isUnprocessed: code == .refusedStream, wasUsed: false)
  }

  func messageMalformed(_ stream: HTTP2Stream, _ error: HTTPError) {
    guard let call = call(on: stream) else { return }
    leave(call)
    call.fail(.malformed(error))
  }

  func streamWritable(_ stream: HTTP2Stream) {
    if let call = call(on: stream), call.request.body == .open { call.drained() }
  }

  func streamClosed(_ stream: HTTP2Stream) {
    guard let call = call(on: stream) else { return }
    leave(call)
    call.lost(.closed, isUnprocessed: false, wasUsed: false)
  }

  func settingsReceived() { client.serve(origin) }
  func goAwayReceived(lastStream: Int32, _ code: HTTP2ErrorCode) { retire() }
  func pongReceived() {}
}
