internal import HTTP
internal import Primitives
internal import Reactor

/// Bytes in: the decoder's events go to the call.
extension HTTP1Connection {
  /// Reads what the call takes; called again when it takes more.
  func read() {
    var turns = 4
    while turns > 0, transport.isReadable, let call, !call.isFull {
      turns -= 1
      switch transport.receive(into: client.loop.readBuffer) {
      case .bytes: client.loop.readBuffer.withBytes { received($0) }
      case .wouldBlock: return
      case .ended: return ended(wasReset: false)
      case .failed: return ended(wasReset: true)
      }
    }
    if !isClosed, transport.isReadable, let call, !call.isFull { client.loop.continueLater(token) }
  }

  private func received(_ bytes: Span<UInt8>) {
    if rest.isEmpty {
      let used = process(bytes)
      if !isClosed, used < bytes.count { rest.append(bytes.extracting(used...)) }
      return
    }
    // Taken out while it is looked at.
    var input = ByteBuffer()
    swap(&input, &rest)
    input.append(bytes)
    let used = process(input.bytes)
    if !isClosed, used < input.count {
      input.consume(used)
      swap(&input, &rest)
    }
  }

  /// Decodes as much as can be. Returns the bytes used.
  private func process(_ input: Span<UInt8>) -> Int {
    var offset = 0
    while let call {
      do throws(HTTPError) {
        switch try decoder.next(input, &offset, head: &call.response, trailers: &call.trailers) {
        case .needInput: return offset
        case .informational: call.response.clear()
        case .head: call.headReceived()
        case .body(let range): _ = call.bodyReceived(input.extracting(range))
        case .end: completed(isClean: offset == input.count)
        }
      } catch {
        refuse(.malformed(error))
      }
    }
    return input.count
  }

  private func ended(wasReset: Bool) {
    guard let call else { return close() }
    let hasBegun = call.phase == .body || decoder.isReadingHead
    if let failure = transport.tlsFailure { return lost(.secureFailed(failure), hasBegun: hasBegun) }
    // An end that TLS does not vouch for completes no body that ends with the connection.
    if !wasReset, !transport.isTruncated || decoder.isIdle {
      do throws(HTTPError) {
        if case .end = try decoder.inputEnded() { return completed(isClean: false) }
      } catch {}
    }
    lost(hasBegun ? .truncated : wasReset ? .reset : .closed, hasBegun: hasBegun)
  }
}
