internal import COpenSSL

/// What a service's TLS connections have in common. Immutable; shared by all workers.
@safe
public final class TLSClientContext: Sendable {
  public struct Settings: Sendable {
    /// Whose certificates endpoints may show. Nil: anybody's, and nothing about them is looked at.
    public var trust: TLSTrust?
    /// Sent as SNI; empty: none is.
    public var serverName = ""
    /// The endpoint's certificate has to have one of these.
    public var names: [PeerName] = []
    /// Who this side is, for endpoints that ask.
    public var certificate: TLSCertificate?
    public var leastVersion = TLSVersion.v12
    /// The newest version that is offered.
    public var greatestVersion = TLSVersion.v13
    /// In order of preference.
    public var protocols: [ApplicationProtocol] = [.http11]

    public init(trust: TLSTrust?) { self.trust = trust }
  }

  public let settings: Settings
  // SAFETY: configured in init, not changed later; OpenSSL counts references atomically.
  nonisolated(unsafe) private let context: OpaquePointer
  let verified: TLSVerifiedChains

  /// - Throws: where the library refuses the certificate or the key.
  public init(_ settings: Settings) throws(TLSContextError) {
    self.settings = settings
    verified = TLSVerifiedChains(under: settings.trust)
    unsafe context = try TLSLibrary.makeContext(server: false, least: settings.leastVersion)
    unsafe _ = copenssl_set_greatest_version(context, settings.greatestVersion.number)
    // Sessions are kept by whoever connects (`TLSSessionStore`).
    let mode = SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL
    unsafe copenssl_set_session_cache(context, Int(mode))
    unsafe SSL_CTX_sess_set_new_cb(context) { session, ticket in unsafe TLSSession.keep(ticket, of: session) }
    let protocols = ApplicationProtocol.wire(settings.protocols)
    unsafe _ = SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count))
    if let certificate = settings.certificate { try unsafe certificate.use(in: context) }
    guard let trust = settings.trust else {
      // The library would verify all the same, and then not look at the outcome.
      unsafe SSL_CTX_set_cert_verify_callback(
        context, { store, _ in unsafe TLSVerification.skip(store) }, nil)
      return
    }
    unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    unsafe SSL_CTX_set1_cert_store(context, trust.store)
    // SAFETY: not counted: sessions, which alone call back, hold this object.
    let me = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe SSL_CTX_set_cert_verify_callback(
      context,
      { store, me in
        let me = unsafe Unmanaged<TLSClientContext>.fromOpaque(me!).takeUnretainedValue()
        return unsafe TLSVerification.run(store, me.settings.names, me.verified)
      }, me)
  }

  deinit { unsafe SSL_CTX_free(context) }

  /// A fresh SSL object for a connection.
  func makeSession() -> OpaquePointer? {
    guard let session = unsafe SSL_new(context) else { return nil }
    unsafe SSL_set_connect_state(session)
    // SAFETY: the library copies the name.
    if !settings.serverName.isEmpty { unsafe _ = copenssl_set_server_name(session, settings.serverName) }
    return unsafe session
  }
}
