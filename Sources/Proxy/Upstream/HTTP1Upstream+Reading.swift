internal import HTTP
internal import Primitives
internal import Reactor
internal import Telemetry

/// Bytes in: the decoder's events go to the exchange.
extension HTTP1Upstream {
  /// Reads what the exchange has room for; called again when the client has taken what it has.
  func read() {
    $exchange { read(for: $0) }
  }

  private func read(for exchange: Exchange) {
    var turns = 4
    while turns > 0, transport.isReadable, $exchange.isSame(as: exchange) {
      let room = room(for: exchange)
      if room <= 0 { return }
      turns -= 1
      switch transport.receive(into: readBuffer, limit: room) {
      case .bytes: readBuffer.withBytes { received($0, exchange) }
      case .wouldBlock: return
      case .ended: return ended(reset: false)
      case .failed(let code): return ended(reset: code != Self.brokenPipe)
      }
    }
    if transport.isReadable, $exchange.isSame(as: exchange), room(for: exchange) > 0 {
      loop.continueLater(token)
    }
  }

  private func room(for exchange: Exchange) -> Int {
    let room = exchange.responseRoom
    return room <= 0 && (phase == .tunnel || decoder.mayEndNext) ? exchange.responseEndRoom : room
  }

  private func received(_ bytes: Span<UInt8>, _ exchange: Exchange) {
    worker.metrics.add(.upstreamBytesReceived, bytes.count)
    if phase == .tunnel {
      exchange.tunnelReceivedFromUpstream(bytes)
      return
    }
    if rest.isEmpty {
      let used = process(bytes, exchange)
      if phase == .active && used < bytes.count { rest.append(bytes.extracting(used...)) }
    } else {
      // Taken out while it is looked at, so that nothing can append to it meanwhile.
      var input = ByteBuffer()
      swap(&input, &rest)
      input.append(bytes)
      let used = process(input.bytes, exchange)
      if phase == .active && used < input.count {
        input.consume(used)
        swap(&input, &rest)
      }
    }
  }

  /// Decodes as much as can be, handing events to the exchange. Returns the bytes used.
  private func process(_ input: Span<UInt8>, _ exchange: Exchange) -> Int {
    var offset = 0
    while phase == .active, $exchange.isSame(as: exchange) {
      let begun = offset
      do throws(HTTPError) {
        switch try decoder.next(
          input, &offset, head: &exchange.response, trailers: &exchange.responseTrailers)
        {
        case .needInput:
          exchange.responsePaused()
          return offset
        case .informational: exchange.informationalReceived()
        case .head:
          exchange.responseHeadReceived()
          if phase == .tunnel {
            exchange.tunnelReceivedFromUpstream(input.extracting(offset...))
            return input.count
          }
        case .body(let range) where decoder.maySeeChunks(input, behind: range):
          worker.withPieces { pieces in
            pieces.append(input.extracting(range))
            decoder.gatherChunks(input, &offset, into: &pieces)
            exchange.responseBodyReceived(pieces.bytes)
          }
        case .body(let range): exchange.responseBodyReceived(input.extracting(range))
        case .end:
          // A response that is followed by bytes nobody asked for leaves a connection that cannot be trusted.
          exchange.responseEnded(clean: offset == input.count)
          return input.count
        }
      } catch {
        let error = error.explained(by: input.extracting(begun...))
        if error == .http2Answer { worker.noteHTTP2(from: pool.endpoint, of: pool.service) }
        exchange.responseMalformed(error)
        return input.count
      }
    }
    return input.count
  }

  /// EPIPE: the peer had finished before it reset the connection (tcp(7)).
  private static let brokenPipe: Int32 = 32

  private func ended(reset: Bool) {
    let failure = transport.tlsFailure
    if let failure { worker.noteFailure(failure, of: pool.endpoint, in: pool.service) }
    guard let exchange else { return close() }
    if phase == .tunnel {
      exchange.tunnelUpstreamEnded(reset: reset)
      return
    }
    if let failure, failure.reason == .peerAlert, served == 0, !exchange.attempts.anyResponseByte {
      // TLS 1.3 tells a client that its certificate is refused when it has begun to send.
      close()
      return exchange.secureFailed(failure)
    }
    // An end that TLS does not vouch for completes no body that ends with the connection.
    if !reset, !transport.isTruncated {
      do throws(HTTPError) {
        if case .end = try decoder.inputEnded() { return exchange.responseEnded(clean: false) }
      } catch {}
    }
    exchange.upstreamLost(reset: reset, failure)
  }
}
