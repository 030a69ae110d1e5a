internal import COpenSSL
public import Certificates

/// What an OCSP responder has said of a certificate, for clients that ask for it (RFC 6960; RFC 6066, section 8).
/// Immutable.
public struct StapledResponse: Sendable {
  /// DER.
  public let bytes: [UInt8]
  /// At its end nobody is shown it any more, since clients take an overdue one for an error and none for none.
  public let period: ValidityPeriod
  public var end: Int64 { period.end }

  /// - Parameters:
  ///   - leaf: an X509 that outlives the call.
  ///   - chain: a list of X509, where the leaf's issuer is looked for.
  /// - Throws: where it is no good answer, or says nothing of this certificate.
  @unsafe
  init(_ der: [UInt8], of leaf: OpaquePointer, chain: OpaquePointer) throws(TLSContextError) {
    if der.isEmpty { throw .malformedResponse }
    // SAFETY: the library reads `count` bytes of the array; what it makes of them is freed below, and not kept.
    let response = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var cursor = buffer.baseAddress
      return unsafe d2i_OCSP_RESPONSE(nil, &cursor, buffer.count)
    }
    defer {
      unsafe OCSP_RESPONSE_free(response)
      ERR_clear_error()
    }
    guard unsafe response != nil, unsafe OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL,
      let basic = unsafe OCSP_response_get1_basic(response)
    else { throw .malformedResponse }
    defer { unsafe OCSP_BASICRESP_free(basic) }
    for index in 0..<(unsafe OCSP_resp_count(basic)) {
      guard let single = unsafe OCSP_resp_get0(basic, index) else { continue }
      guard unsafe Self.names(OCSP_SINGLERESP_get0_id(single), leaf, chain) else { continue }
      var (this, next):
        (UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?, UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?)
      unsafe (this, next) = (nil, nil)
      unsafe _ = OCSP_single_get0_status(single, nil, nil, &this, &next)
      bytes = der
      unsafe period = ValidityPeriod(
        begin: X509Handle.seconds(this), end: next.map { unsafe X509Handle.seconds($0) } ?? .max)
      return
    }
    throw .responseForAnother
  }

  /// Whether an identifier (RFC 6960, section 4.1.1) is the certificate's: its number alone is not, since every
  /// authority counts for itself. The issuer's key is compared where the chain holds the issuer.
  @unsafe
  private static func names(_ id: OpaquePointer?, _ leaf: OpaquePointer, _ chain: OpaquePointer) -> Bool {
    var (name, digest, number): (UnsafeMutablePointer<ASN1_OCTET_STRING>?, OpaquePointer?, _) =
      unsafe (nil, nil, UnsafeMutablePointer<ASN1_INTEGER>?.none)
    unsafe _ = OCSP_id_get0_info(&name, &digest, nil, &number, id)
    guard unsafe ASN1_INTEGER_cmp(number, X509_get0_serialNumber(leaf)) == 0,
      let kind = unsafe EVP_get_digestbyname(OBJ_nid2sn(OBJ_obj2nid(digest)))
    else { return false }
    var isIssuerKnown = false
    // The last one: a certificate may have signed itself.
    let chained = unsafe copenssl_certificates_count(chain)
    for index in 0...chained {
      let issuer = unsafe index < chained ? copenssl_certificate_at(chain, index) : leaf
      guard unsafe X509_check_issued(issuer, leaf) == X509_V_OK else { continue }
      isIssuerKnown = true
      let own = unsafe OCSP_cert_to_id(kind, leaf, issuer)
      defer { unsafe OCSP_CERTID_free(own) }
      if unsafe own != nil, unsafe OCSP_id_cmp(own, id) == 0 { return true }
    }
    if isIssuerKnown { return false }
    var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard unsafe X509_NAME_digest(X509_get_issuer_name(leaf), kind, &hash, &count) == 1 else { return false }
    // SAFETY: the string's bytes live as long as the response, which outlives the call.
    let named = unsafe UnsafeBufferPointer(
      start: ASN1_STRING_get0_data(name), count: Int(ASN1_STRING_length(name)))
    return unsafe hash.prefix(Int(count)).elementsEqual(named)
  }
}
