internal import COpenSSL

/// The last session with one endpoint, to be resumed by the next connection to it. One worker's; not thread-safe.
@safe
public final class TLSSessionStore {
  private var session: OpaquePointer?
  /// Under which rules the endpoint was verified: others ask it again.
  private weak var context: TLSClientContext?

  public init() { unsafe session = nil }

  deinit { forget() }

  /// Takes over one reference.
  @unsafe
  func keep(_ session: OpaquePointer, of context: TLSClientContext) {
    forget()
    unsafe self.session = session
    self.context = context
  }

  /// The session to offer; nil where there is none. It stays here.
  @unsafe
  func find(for context: TLSClientContext) -> OpaquePointer? {
    self.context === context ? unsafe session : nil
  }

  /// It could not be resumed, or is too old.
  func forget() {
    // SAFETY: the reference is ours.
    unsafe SSL_SESSION_free(session)
    unsafe session = nil
  }
}
