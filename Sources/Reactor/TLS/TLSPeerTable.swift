internal import Certificates

/// Certificates that were shown lately: a peer's connections share what was read of its certificate, and its next
/// connection need not read it again. One loop's; not thread-safe.
struct TLSPeerTable {
  /// By DER.
  private var known: [[UInt8]: TLSPeer] = [:]
  private static let most = 1024

  /// What a certificate says.
  /// - Parameter certificate: an X509 that outlives the call.
  @unsafe
  mutating func peer(_ certificate: OpaquePointer) -> TLSPeer {
    // SAFETY: the handle is a reference of its own.
    let handle = unsafe X509Handle(sharing: certificate)
    let der = handle.der
    if let found = known[der] { return found }
    // Whoever has one holds it.
    if known.count >= Self.most { known.removeAll() }
    let peer = TLSPeer(handle)
    known[der] = peer
    return peer
  }
}
