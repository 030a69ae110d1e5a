internal import COpenSSL
internal import Certificates
internal import Primitives

/// One connection's TLS, over no socket: records that came are given to it, and those that it makes wait in the loop's
/// `TLSWire`. Between two calls it keeps only what is not a whole record yet, or what nobody had room for.
///
/// Every call ends with an empty error queue, as OpenSSL wants to find it at the next. Not thread-safe.
@safe
public final class TLSSession {
  private enum Role {
    case server(TLSServerContext)
    case client(TLSClientContext, TLSSessionStore?)
  }

  enum Step { case complete, needsInput, failed }

  // SAFETY: owned by this object; `wire` and the context outlive it.
  let session: OpaquePointer
  let wire: TLSWire
  private let role: Role
  /// Records that are not whole, or for which there was no room yet.
  private var kept = ByteBuffer()
  private var hasSeenInput = false
  /// Whether there is something to tell without the socket: content, or the end.
  private(set) var hasUndelivered = false
  /// The other side has said that nothing more comes (close_notify).
  private(set) var hasClosed = false
  /// The connection has ended without a close_notify: only the message knows whether that matters (RFC 9112, section
  /// 9.8).
  var isTruncated = false
  /// Nil while nothing went wrong.
  public private(set) var failure: TLSFailure?
  /// Nil until the handshake is complete.
  public private(set) var details: TLSDetails?
  /// Records without content that may still come.
  private var idleCredit = TLSSession.mostIdleRecords

  private static let mostIdleRecords = 128
  /// So many bytes of content earn one more of them.
  private static let bytesPerIdleRecord = 1 << 20

  /// - Parameter received: what has come already.
  /// - Returns: nil where memory has run out.
  init?(_ context: TLSServerContext, on wire: TLSWire, received: Span<UInt8>) {
    guard let fresh = unsafe context.makeSession() else { return nil }
    unsafe session = fresh
    role = .server(context)
    self.wire = wire
    kept.append(received)
    unsafe wire.attach(fresh)
    unsafe SSL_set_ex_data(session, 0, Unmanaged.passUnretained(self).toOpaque())
  }

  /// - Parameter store: where the session to be resumed is, and later ones go.
  init?(_ context: TLSClientContext, on wire: TLSWire, resuming store: TLSSessionStore?) {
    guard let fresh = unsafe context.makeSession() else { return nil }
    unsafe session = fresh
    role = .client(context, store)
    self.wire = wire
    unsafe wire.attach(fresh)
    unsafe SSL_set_ex_data(session, 0, Unmanaged.passUnretained(self).toOpaque())
    if let known = unsafe store?.find(for: context) { unsafe _ = SSL_set_session(session, known) }
  }

  deinit {
    // As if both sides had said goodbye: else the library would never resume the session.
    if failure == nil { unsafe SSL_set_shutdown(session, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN) }
    unsafe SSL_free(session)
  }

  /// A session that may be resumed later has come. Returns whether the reference was taken over.
  @unsafe
  static func keep(_ ticket: OpaquePointer?, of session: OpaquePointer?) -> Int32 {
    // SAFETY: put there in init; only a live object's SSL calls back.
    guard let ticket = unsafe ticket, let me = unsafe SSL_get_ex_data(session, 0) else { return 0 }
    let owner = unsafe Unmanaged<TLSSession>.fromOpaque(me).takeUnretainedValue()
    guard case .client(let context, let store?) = owner.role else { return 0 }
    unsafe store.keep(ticket, of: context)
    return 1
  }

  /// The session that verifies the other side's chain now.
  @unsafe
  static func verifying(_ store: OpaquePointer) -> TLSSession? {
    let index = SSL_get_ex_data_X509_STORE_CTX_idx()
    guard let session = unsafe X509_STORE_CTX_get_ex_data(store, index),
      let me = unsafe SSL_get_ex_data(OpaquePointer(session), 0)
    else { return nil }
    // SAFETY: put there in init; only a live object's SSL verifies.
    return unsafe Unmanaged<TLSSession>.fromOpaque(me).takeUnretainedValue()
  }

  // MARK: Input

  /// Puts what is kept at the front of the wire's input, where more may be received behind it. Returns its size.
  func moveKept() -> Int {
    let count = kept.count
    if count == 0 { return 0 }
    // SAFETY: what is kept is less than what was received there at once, and one record.
    kept.withBytes { bytes in
      unsafe bytes.withUnsafeBufferPointer { unsafe wire.input.update(from: $0.baseAddress!, count: count) }
    }
    kept.release()
    return count
  }

  /// Nothing was received: what was moved is kept again.
  func keepAgain(_ count: Int) {
    // SAFETY: `moveKept` has put them there.
    if count > 0 { unsafe kept.append(Span(_unsafeStart: UnsafePointer(wire.input), count: count)) }
  }

  /// Calls `body` with whole records on offer: the first `fresh` bytes of the wire's input, or else what is kept.
  private func withRecords<R>(fresh: Int, _ body: () -> R) -> R {
    let result: R
    if fresh > 0 {
      // SAFETY: so many bytes were received there.
      let bytes = unsafe Span(_unsafeStart: UnsafePointer(wire.input), count: fresh)
      look(at: bytes)
      let whole = TLSRecord.whole(bytes)
      unsafe wire.offer(UnsafePointer(wire.input), whole)
      result = body()
      let used = whole &- wire.available
      if used < fresh { kept.append(bytes.extracting(used...)) }
    } else if kept.isEmpty {
      wire.offerNothing()
      result = body()
    } else {
      var used = 0
      result = kept.withBytes { bytes in
        look(at: bytes)
        let whole = TLSRecord.whole(bytes)
        // SAFETY: nothing touches `kept` before `body` has returned.
        unsafe bytes.withUnsafeBufferPointer { unsafe wire.offer($0.baseAddress!, whole) }
        let result = body()
        used = whole &- wire.available
        return result
      }
      kept.consume(used)
      if kept.isEmpty { kept.release() }
    }
    let hasMore = unsafe wire.available > 0 || SSL_pending(session) > 0
    hasUndelivered = hasMore || hasClosed || failure != nil
    wire.offerNothing()
    return result
  }

  /// The first bytes say whether the other side speaks TLS at all.
  private func look(at bytes: Span<UInt8>) {
    if hasSeenInput { return }
    hasSeenInput = true
    let first = bytes[0]
    if first >= 20 && first <= 24 { return }
    let isText = first >= 0x41 && first <= 0x5A
    failure = TLSFailure(isText ? .plainHTTP : .notTLS)
  }

  // MARK: Handshake

  /// - Parameter fresh: bytes that were received behind what `moveKept` has put there; 0: none.
  func handshake(fresh: Int) -> Step {
    if !wire.refusedNames.isEmpty { wire.refusedNames = "" }
    let code = withRecords(fresh: fresh) { failure == nil ? unsafe SSL_do_handshake(session) : -1 }
    if failure != nil { return .failed }
    if code == 1 { return complete() ? .complete : .failed }
    if unsafe SSL_get_error(session, code) == SSL_ERROR_WANT_READ { return .needsInput }
    fail()
    return .failed
  }

  private func complete() -> Bool {
    var peer: TLSPeer?
    if isPeerVerified, let certificate = unsafe SSL_get0_peer_certificate(session) {
      peer = unsafe wire.peers.peer(certificate)
      // A session that goes on is not verified again, but its certificate may have expired meanwhile.
      if unsafe X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0 {
        failure = TLSFailure(.expired)
        if case .client(_, let store?) = role { store.forget() }
        return false
      }
    }
    if case .client(let context, _) = role, context.settings.protocols == [.h2] {
      var name: UnsafePointer<UInt8>?
      var count: UInt32 = 0
      unsafe SSL_get0_alpn_selected(session, &name, &count)
      if count == 0 {
        failure = TLSFailure(.noApplicationProtocol)
        return false
      }
    }
    var own: CertificateDescription?
    if case .server(let context) = role {
      own = unsafe context.certificate(SSL_get_certificate(session))?.description
    }
    details = unsafe TLSDetails(session, peer: peer, own: own)
    return true
  }

  /// Whether a certificate that the other side has shown was looked at.
  private var isPeerVerified: Bool {
    switch role {
    case .server: true
    case .client(let context, _): context.settings.trust != nil
    }
  }

  /// What the library's error queue says.
  private func fail() {
    failure = unsafe TLSFailure.take(verification: SSL_get_verify_result(session))
    if case .client(_, let store?) = role, details == nil { store.forget() }
  }

  /// The connection's end, a timer, …: nothing more comes of it.
  func fail(_ reason: TLSFailure.Reason) { if failure == nil { failure = TLSFailure(reason) } }

  // MARK: Content

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
