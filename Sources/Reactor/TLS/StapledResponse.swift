internal import COpenSSL
internal import Certificates

/// What an OCSP responder has said of a certificate, for clients that ask for it (RFC 6960; RFC 6066, section 8).
/// Immutable.
public struct StapledResponse: Sendable {
  /// DER.
  let bytes: [UInt8]
  /// From then on nobody is shown it, since clients take an overdue one for an error and none for none. Seconds since
  /// 1970; `.max` where it does not say.
  public let end: Int64

  /// - Parameter leaf: an X509 that outlives the call.
  /// - Throws: where it is no good answer, or says nothing of this certificate.
  @unsafe
  init(_ der: [UInt8], of leaf: OpaquePointer) throws(TLSContextError) {
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
      var number: UnsafeMutablePointer<ASN1_INTEGER>?
      unsafe _ = OCSP_id_get0_info(nil, nil, nil, &number, OCSP_SINGLERESP_get0_id(single))
      guard unsafe ASN1_INTEGER_cmp(number, X509_get0_serialNumber(leaf)) == 0 else { continue }
      var next: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
      unsafe _ = OCSP_single_get0_status(single, nil, nil, nil, &next)
      bytes = der
      unsafe end = next.map { unsafe X509Handle.seconds($0) } ?? .max
      return
    }
    throw .responseForAnother
  }
}
