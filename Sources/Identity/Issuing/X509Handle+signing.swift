internal import COpenSSL
internal import Certificates

extension X509Handle {
  /// A new certificate for `key`, signed by an authority; nil where libcrypto refuses, for want of memory.
  ///
  /// - Parameter issuer: the authority's certificate; nil: it signs itself.
  static func sign(
    _ template: CertificateTemplate, for key: borrowing SigningKey, issuer: OpaquePointer?,
    by signer: borrowing SigningKey
  ) -> X509Handle? {
    // SAFETY: every object below is a local's or the callers', and lives through the calls; what is set is copied.
    guard let fresh = unsafe X509_new() else { return nil }
    let handle = unsafe X509Handle(owning: fresh)
    guard unsafe fill(handle, template, key, issuer: issuer) else { return nil }
    for (kind, value) in template.extensions {
      guard unsafe add(kind, value, to: handle, issuer: issuer ?? handle.pointer) else { return nil }
    }
    guard unsafe X509_sign(handle.pointer, signer.pointer, EVP_sha256()) > 0 else { return nil }
    return handle
  }

  @unsafe
  private static func fill(
    _ handle: borrowing X509Handle, _ template: CertificateTemplate, _ key: borrowing SigningKey,
    issuer: OpaquePointer?
  ) -> Bool {
    // SAFETY: as in `sign`.
    guard unsafe X509_set_version(handle.pointer, 2) == 1, setSerial(handle) else { return false }
    let subject = unsafe X509_get_subject_name(handle.pointer)
    guard unsafe add("O", template.organization, to: subject),
      unsafe add("CN", template.commonName, to: subject)
    else { return false }
    let authority = unsafe issuer.map { unsafe X509_get_subject_name($0) } ?? subject
    let (start, end) = unsafe (X509_getm_notBefore(handle.pointer), X509_getm_notAfter(handle.pointer))
    guard unsafe X509_set_issuer_name(handle.pointer, authority) == 1,
      unsafe ASN1_TIME_set(start, time_t(template.validity.notBefore)) != nil,
      unsafe ASN1_TIME_set(end, time_t(template.validity.notAfter)) != nil
    else { return false }
    return unsafe X509_set_pubkey(handle.pointer, key.pointer) == 1
  }

  var pem: String {
    let output = MemoryBIO()
    // SAFETY: writes to a local BIO.
    _ = unsafe PEM_write_bio_X509(output.pointer, pointer)
    return output.takeText()
  }

  /// 127 random bits: never negative, and never the same twice.
  private static func setSerial(_ handle: borrowing X509Handle) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 16)
    // SAFETY: RAND_bytes fills the array; the number is a local that is copied and freed.
    guard unsafe RAND_bytes(&bytes, 16) == 1 else { return false }
    bytes[0] = bytes[0] & 0x7F | 0x40
    guard let number = unsafe BN_bin2bn(bytes, 16, nil) else { return false }
    defer { unsafe BN_free(number) }
    return unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(handle.pointer)) != nil
  }

  @unsafe
  private static func add(_ field: String, _ text: String, to name: OpaquePointer?) -> Bool {
    let bytes = Array(text.utf8)
    // SAFETY: the text's bytes are copied into the name.
    return unsafe X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes, Int32(bytes.count), -1, 0)
      == 1
  }

  @unsafe
  private static func add(
    _ kind: CertificateExtension, _ value: String, to handle: borrowing X509Handle, issuer: OpaquePointer
  ) -> Bool {
    var context = unsafe X509V3_CTX()
    // SAFETY: the context refers to both certificates during this call only; the extension is copied and freed.
    unsafe X509V3_set_ctx(&context, issuer, handle.pointer, nil, nil, 0)
    guard let made = unsafe X509V3_EXT_nconf_nid(nil, &context, kind.number, value) else { return false }
    defer { unsafe X509_EXTENSION_free(made) }
    return unsafe X509_add_ext(handle.pointer, made, -1) == 1
  }
}

extension CertificateExtension {
  fileprivate var number: Int32 {
    switch self {
    case .basicConstraints: NID_basic_constraints
    case .keyUsage: NID_key_usage
    case .extendedKeyUsage: NID_ext_key_usage
    case .subjectKeyIdentifier: NID_subject_key_identifier
    case .authorityKeyIdentifier: NID_authority_key_identifier
    case .subjectAlternativeName: NID_subject_alt_name
    }
  }
}
