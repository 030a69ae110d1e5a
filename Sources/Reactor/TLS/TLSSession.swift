internal import COpenSSL
internal import Certificates
internal import Primitives

/// One connection's TLS, over no socket: records that came are given to it, and those that it makes wait in the loop's
/// `TLSWire`. Between two calls it keeps only what is not a whole record yet, or what nobody had room for.
///
/// Every call ends with an empty error queue, as OpenSSL wants to find it at the next. Not thread-safe.
@safe
public final class TLSSession {
  enum Role {
    case server(TLSServerContext)
    case client(TLSClientContext, TLSSessionStore?)
  }

  enum Step { case complete, needsInput, failed }

  // SAFETY: owned by this object; `wire` and the context outlive it.
  let session: OpaquePointer
  let wire: TLSWire
  let role: Role
  /// Records that are not whole, or for which there was no room yet.
  private var kept = ByteBuffer()
  private var hasSeenInput = false
  /// Whether there is something to tell without the socket: content, or the end.
  var hasUndelivered = false
  /// The other side has said that nothing more comes (close_notify).
  var hasClosed = false
  /// The connection has ended without a close_notify: only the message knows whether that matters (RFC 9112, section
  /// 9.8).
  var isTruncated = false
  /// Nil while nothing went wrong.
  public internal(set) var failure: TLSFailure?
  /// Nil until the handshake is complete.
  public internal(set) var details: TLSDetails?
  /// Records without content that may still come.
  var idleCredit = TLSSession.mostIdleRecords

  static let mostIdleRecords = 128
  /// So many bytes of content earn one more of them.
  static let bytesPerIdleRecord = 1 << 20

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
  func withRecords<R>(fresh: Int, _ body: () -> R) -> R {
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
}
