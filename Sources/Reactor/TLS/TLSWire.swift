internal import COpenSSL
internal import Primitives

/// Where all of a loop's TLS sessions read and write their records: one BIO over two pieces of memory, not over a
/// socket, so that a whole read is taken apart at once, and all records of a write leave in one system call. What a
/// session does not use up, and what its socket does not take, is kept elsewhere before the next one comes. Made on
/// first use. Not thread-safe.
@safe
public final class TLSWire {
  // SAFETY: owned by this object alone; [0, capacity) is initialised as far as something was received.
  let input: UnsafeMutablePointer<UInt8>
  let capacity: Int
  /// What was written and has not gone on yet.
  var output = ByteBuffer()
  /// Whose certificates were shown.
  var peers = TLSPeerTable()
  /// Who the certificate says it is for that the last step of a handshake has refused, for whatever reason, as far as it is
  /// short; empty where that step has refused none. Whoever tells of the failure reads it at once. Nobody has vouched for it.
  public internal(set) var refusedNames = ""
  /// How many records a session has begun to read since `allowRecords`.
  private(set) var records = 0
  private var mostRecords = Int.max

  private var next: UnsafePointer<UInt8>?
  private(set) var available = 0
  private let bio: OpaquePointer
  private let method: OpaquePointer

  init(capacity: Int) {
    TLSLibrary.start()
    self.capacity = capacity
    unsafe next = nil
    unsafe input = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 4096)
      .bindMemory(to: UInt8.self, capacity: capacity)
    unsafe method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "apus")!
    unsafe _ = BIO_meth_set_read_ex(method) { bio, target, count, taken in
      unsafe TLSWire.of(bio)._withUnsafeGuaranteedRef { unsafe $0.read(bio, target, count, taken) }
    }
    unsafe _ = BIO_meth_set_write_ex(method) { bio, source, count, written in
      unsafe TLSWire.of(bio)._withUnsafeGuaranteedRef { unsafe $0.write(source, count, written) }
    }
    unsafe _ = BIO_meth_set_ctrl(method) { _, command, _, _ in
      command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0
    }
    unsafe bio = BIO_new(method)!
    unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
    unsafe BIO_set_init(bio, 1)
  }

  deinit {
    // SAFETY: sessions hold this object, so none uses the BIO any more.
    unsafe BIO_free(bio)
    unsafe BIO_meth_free(method)
    unsafe UnsafeMutableRawPointer(input).deallocate()
  }

  /// Makes the BIO a session's.
  @unsafe
  func attach(_ session: OpaquePointer) { unsafe copenssl_share_bio(session, bio) }

  /// What the next calls of the library may read. It must stay until `available` is 0 or something else is offered.
  @unsafe
  func offer(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    unsafe next = bytes
    available = count
    allowRecords(.max)
  }

  /// Nothing is there to be read.
  func offerNothing() {
    unsafe next = nil
    available = 0
  }

  /// So many of the records on offer may be read by the library's next call.
  func allowRecords(_ most: Int) {
    records = 0
    mostRecords = most
  }

  private static func of(_ bio: OpaquePointer?) -> Unmanaged<TLSWire> {
    // SAFETY: set in init, and this object outlives the BIO's use.
    unsafe Unmanaged.fromOpaque(BIO_get_data(bio)!)
  }

  private func read(
    _ bio: OpaquePointer?, _ target: UnsafeMutablePointer<CChar>?, _ count: Int,
    _ taken: UnsafeMutablePointer<Int>?
  ) -> Int32 {
    unsafe copenssl_retry_none(bio)
    guard available > 0, let source = unsafe next, let target = unsafe target else {
      unsafe copenssl_retry_read(bio)
      return 0
    }
    // The library asks for a record's header first.
    if count == TLSRecord.headerSize {
      guard records < mostRecords else {
        unsafe copenssl_retry_read(bio)
        return 0
      }
      records &+= 1
    }
    let n = min(count, available)
    // SAFETY: `target` has room for `count` bytes, and `next` points at `available` ones.
    unsafe UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: n)
    unsafe next = source + n
    available &-= n
    unsafe taken?.pointee = n
    return 1
  }

  private func write(
    _ source: UnsafePointer<CChar>?, _ count: Int, _ written: UnsafeMutablePointer<Int>?
  ) -> Int32 {
    guard let source = unsafe source, count > 0 else { return 0 }
    // SAFETY: the library offers `count` bytes.
    unsafe source.withMemoryRebound(to: UInt8.self, capacity: count) {
      unsafe output.append(Span(_unsafeStart: $0, count: count))
    }
    unsafe written?.pointee = count
    return 1
  }
}
