internal import COpenSSL

/// Content in and out, once the handshake is complete.
extension TLSSession {
  /// Decrypts as much as there is room for. Returns the bytes; 0 where more is needed, or it is over.
  @unsafe
  func decrypt(fresh: Int, into target: UnsafeMutablePointer<UInt8>, room: Int) -> Int {
    if fresh == 0, !hasUndelivered { return 0 }
    if failure != nil || hasClosed { return 0 }
    return withRecords(fresh: fresh) { unsafe decrypt(into: target, room: room) }
  }

  @unsafe
  private func decrypt(into target: UnsafeMutablePointer<UInt8>, room: Int) -> Int {
    var filled = 0
    while filled < room {
      var count = 0
      // The library would read any number of records before it gives us the next content.
      wire.allowRecords(idleCredit &+ 1)
      // SAFETY: the library writes at most `room - filled` bytes behind what it has written.
      let code = unsafe SSL_read_ex(session, target + filled, room &- filled, &count)
      if code == 1 {
        filled &+= count
        idleCredit &-= max(0, wire.records &- 1)
        if wire.available == 0, unsafe SSL_pending(session) == 0 { break }
        continue
      }
      idleCredit &-= wire.records
      switch unsafe SSL_get_error(session, code) {
      case SSL_ERROR_WANT_READ: if wire.available > 0 { fail(.idleRecords) }
      case SSL_ERROR_ZERO_RETURN: hasClosed = true
      default: fail()
      }
      break
    }
    idleCredit = min(Self.mostIdleRecords, idleCredit &+ filled / Self.bytesPerIdleRecord)
    return filled
  }

  /// The end, or the failure, is known to whoever reads.
  func endWasTold() { hasUndelivered = false }

  /// Whether content, or the end, comes next, without taking it.
  func hasContent(fresh: Int) -> Bool {
    if failure != nil || hasClosed { return true }
    if fresh == 0, !hasUndelivered { return false }
    return withRecords(fresh: fresh) {
      var byte: UInt8 = 0
      var count = 0
      let code = unsafe SSL_peek_ex(session, &byte, 1, &count)
      if code == 1 { return true }
      switch unsafe SSL_get_error(session, code) {
      case SSL_ERROR_WANT_READ: return false
      case SSL_ERROR_ZERO_RETURN: hasClosed = true
      default: fail()
      }
      return true
    }
  }

  /// Adds records to the wire's output. False where the session is broken.
  func encrypt(_ bytes: Span<UInt8>) -> Bool {
    if bytes.isEmpty { return true }
    wire.offerNothing()
    var count = 0
    // SAFETY: the span outlives the call, which only reads it.
    let code = unsafe bytes.withUnsafeBufferPointer {
      unsafe SSL_write_ex(session, $0.baseAddress, $0.count, &count)
    }
    if code == 1 { return true }
    fail()
    return false
  }

  /// Adds a close_notify to the wire's output: the other side knows then that nothing was cut off.
  func sayGoodbye() {
    guard details != nil, failure == nil else { return }
    wire.offerNothing()
    if unsafe SSL_shutdown(session) < 0 { ERR_clear_error() }
  }
}
