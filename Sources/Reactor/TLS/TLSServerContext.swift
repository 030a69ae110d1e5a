internal import COpenSSL
internal import Certificates

/// What a listener's TLS connections have in common. Immutable; shared by all workers.
@safe
public final class TLSServerContext: Sendable {
  /// Whether clients show a certificate.
  public enum ClientCertificates: UInt8, Sendable {
    case none
    /// One that is shown has to be valid.
    case optional
    case require
  }

  public struct Settings: Sendable {
    /// The first one is shown where no other is for the name that the client asks for. At least one.
    public var certificates: [TLSCertificate]
    public var clientCertificates = ClientCertificates.none
    /// Whose certificates clients may show.
    public var trust: TLSTrust?
    public var leastVersion = TLSVersion.v12
    /// In order of preference; empty: ALPN is not spoken.
    public var protocols: [ApplicationProtocol] = [.h2, .http11]
    /// Those of the context that this one replaces, so that its sessions can be resumed.
    public var ticketKeys = TLSTicketKeys()

    public init(certificates: [TLSCertificate]) { self.certificates = certificates }
  }

  public let settings: Settings
  // SAFETY: configured in init, not changed later; OpenSSL counts references atomically.
  nonisolated(unsafe) private let contexts: [OpaquePointer]
  /// The index of the context for each certificate name.
  private let names: ServerNameTable
  private let protocols: [UInt8]
  let verified: TLSVerifiedChains
  /// Not the first one, and of no name that a client could ask for and get.
  public let neverChosen: [TLSCertificate]

  /// - Throws: where the library refuses a certificate or a key.
  public init(_ settings: Settings) throws(TLSContextError) {
    precondition(!settings.certificates.isEmpty)
    self.settings = settings
    verified = TLSVerifiedChains(under: settings.trust)
    protocols = ApplicationProtocol.wire(settings.protocols)
    var names = ServerNameTable()
    var made: [OpaquePointer] = unsafe []
    var fault: TLSContextError?
    var unfound: [TLSCertificate] = []
    for group in Self.grouped(settings.certificates) {
      do throws(TLSContextError) {
        let context = try unsafe Self.makeContext(settings)
        unsafe made.append(context)
        for certificate in group { try unsafe certificate.use(in: context) }
        var isFound = unsafe made.count == 1
        for name in group[0].description.dnsNames where names.add(name, unsafe made.count - 1) {
          isFound = true
        }
        if !isFound { unfound += group }
      } catch {
        fault = fault ?? error
      }
    }
    unsafe contexts = made
    self.names = names
    neverChosen = unfound
    if let fault { throw fault }
    installCallbacks()
  }

  deinit { unsafe contexts.forEach { unsafe SSL_CTX_free($0) } }

  /// Certificates for the same names with different kinds of keys serve together: clients say which kind they take.
  private static func grouped(_ certificates: [TLSCertificate]) -> [[TLSCertificate]] {
    var groups: [[TLSCertificate]] = []
    for certificate in certificates {
      let names = Set(certificate.description.dnsNames)
      let place = groups.firstIndex { group in
        !names.isEmpty && Set(group[0].description.dnsNames) == names
          && !group.contains { $0.keyKind == certificate.keyKind }
      }
      if let place { groups[place].append(certificate) } else { groups.append([certificate]) }
    }
    return groups
  }

  private static func makeContext(_ settings: Settings) throws(TLSContextError) -> OpaquePointer {
    let context = try unsafe TLSLibrary.makeContext(server: true, least: settings.leastVersion)
    unsafe copenssl_prefer_own_ciphers(context)
    // Tickets are all there is: nothing is kept here for clients that may never come back.
    unsafe copenssl_set_session_cache(context, Int(SSL_SESS_CACHE_OFF))
    unsafe _ = SSL_CTX_set_num_tickets(context, 1)
    if let trust = settings.trust, settings.clientCertificates != .none {
      let mode =
        settings.clientCertificates == .require
        ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_PEER
      unsafe SSL_CTX_set_verify(context, mode, nil)
      unsafe SSL_CTX_set1_cert_store(context, trust.store)
      unsafe TLSVerification.announce(trust, in: context)
    }
    // Who was let in under other rules is asked again.
    let rules = Digest.sha256([settings.trust?.fingerprint ?? [], [settings.clientCertificates.rawValue]])
    unsafe _ = SSL_CTX_set_session_id_context(context, rules, UInt32(rules.count))
    return unsafe context
  }

  /// A fresh SSL object for a connection.
  func makeSession() -> OpaquePointer? {
    guard let session = unsafe SSL_new(contexts[0]) else { return nil }
    unsafe SSL_set_accept_state(session)
    return unsafe session
  }

  /// The one of the certificates here that the library has chosen for a connection.
  @unsafe
  func certificate(_ chosen: OpaquePointer?) -> TLSCertificate? {
    settings.certificates.first { unsafe $0.leaf == chosen }
  }

  // MARK: Callbacks

  private func installCallbacks() {
    // SAFETY: not counted: sessions, which alone call back, hold this object.
    let me = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe contexts.forEach { context in
      unsafe copenssl_on_server_name(
        context, { session, _, me in unsafe TLSServerContext.at(me).chooseCertificate(session) }, me)
      unsafe copenssl_on_status_request(
        context, { session, me in unsafe TLSServerContext.at(me).staple(session) }, me)
      if !protocols.isEmpty {
        unsafe SSL_CTX_set_alpn_select_cb(
          context,
          { _, chosen, count, offered, offeredCount, me in
            unsafe TLSServerContext.at(me).chooseProtocol(chosen, count, offered, offeredCount)
          }, me)
      }
      unsafe SSL_CTX_set_cert_verify_callback(
        context, { store, me in unsafe TLSVerification.run(store, [], TLSServerContext.at(me).verified) }, me)
      unsafe SSL_CTX_set_ex_data(context, 0, me)
      unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(context) { session, name, vector, cipher, mac, isNew in
        guard let session = unsafe session, let name = unsafe name, let vector = unsafe vector else {
          return -1
        }
        let keys = unsafe TLSServerContext.at(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), 0)).settings
          .ticketKeys
        let now = Clock.now()
        if isNew == 1 { return unsafe keys.seal(name, vector, cipher, mac, now: now) }
        let answer = unsafe keys.open(name, vector, cipher, mac, now: now)
        // With TLS 1.3 each connection brings the ticket for the next one (RFC 8446, appendix C.4).
        let isNewest = unsafe SSL_version(session) == TLSVersion.v13.number
        return answer == 1 && isNewest ? 2 : answer
      }
    }
  }

  @unsafe
  private static func at(_ pointer: UnsafeMutableRawPointer?) -> TLSServerContext {
    // SAFETY: put there in `installCallbacks`; the session that calls holds the object.
    unsafe Unmanaged<TLSServerContext>.fromOpaque(pointer!).takeUnretainedValue()
  }

  @unsafe
  private func chooseCertificate(_ session: OpaquePointer?) -> Int32 {
    guard let text = unsafe SSL_get_servername(session, TLSEXT_NAMETYPE_host_name) else {
      return SSL_TLSEXT_ERR_NOACK
    }
    // A name that no certificate is for gets the first one: clients tell people more than an alert could.
    let index = unsafe names.find(String(cString: text)) ?? 0
    if index > 0 { unsafe _ = SSL_set_SSL_CTX(session, contexts[index]) }
    return SSL_TLSEXT_ERR_OK
  }

  @unsafe
  private func staple(_ session: OpaquePointer?) -> Int32 {
    // The library has chosen before it asks (SSL_CTX_set_tlsext_status_cb(3)).
    guard let response = unsafe certificate(SSL_get_certificate(session))?.response,
      response.end > Clock.wall() / 1_000_000_000,
      unsafe copenssl_staple(session, response.bytes, response.bytes.count) == 1
    else { return SSL_TLSEXT_ERR_NOACK }
    return SSL_TLSEXT_ERR_OK
  }

  /// RFC 7301, section 3.2: a client that speaks nothing of ours is told so.
  @unsafe
  private func chooseProtocol(
    _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ count: UnsafeMutablePointer<UInt8>?,
    _ offered: UnsafePointer<UInt8>?, _ offeredCount: UInt32
  ) -> Int32 {
    var own: UnsafeMutablePointer<UInt8>?
    // SAFETY: the result points into what the client has offered, since it names a protocol of both lists.
    let result = unsafe protocols.withUnsafeBufferPointer { list in
      unsafe SSL_select_next_proto(
        &own, count, list.baseAddress, UInt32(list.count), offered, offeredCount)
    }
    guard result == OPENSSL_NPN_NEGOTIATED, let found = unsafe own, let offered = unsafe offered else {
      return SSL_TLSEXT_ERR_ALERT_FATAL
    }
    // The library points into the server's list, which must outlive the call: the client's own bytes do.
    let wanted = unsafe UnsafeBufferPointer(start: found, count: Int(count!.pointee))
    var place = 0
    while place < Int(offeredCount) {
      let length = unsafe Int(offered[place])
      if unsafe UnsafeBufferPointer(start: offered + place + 1, count: length).elementsEqual(wanted) {
        unsafe chosen?.pointee = unsafe offered + place + 1
        return SSL_TLSEXT_ERR_OK
      }
      place += 1 + length
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
  }
}
