import COpenSSL
import Certificates

enum TestKey {
  static func make(_ kind: CertificateProfile.Key) -> OpaquePointer {
    CryptoLibrary.prepare()
    let id =
      switch kind {
      case .ec: EVP_PKEY_EC
      case .rsa: EVP_PKEY_RSA
      }
    // SAFETY: the context is freed here; the key is the caller's.
    let context = unsafe EVP_PKEY_CTX_new_id(id, nil)
    defer { unsafe EVP_PKEY_CTX_free(context) }
    unsafe EVP_PKEY_keygen_init(context)
    switch kind {
    case .ec: unsafe EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1)
    case .rsa(let bits): unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits)
    }
    var key: OpaquePointer?
    unsafe EVP_PKEY_keygen(context, &key)
    return unsafe key!
  }
}

enum CertificateMaker {
  /// - Parameter issuer: whose certificate and key sign it; nil: itself.
  static func make(
    _ profile: CertificateProfile, serial: Int, key: OpaquePointer, by issuer: (OpaquePointer, OpaquePointer)?
  ) -> OpaquePointer {
    // SAFETY: everything is made here, and the certificate is the caller's.
    let certificate = unsafe X509_new()!
    unsafe X509_set_version(certificate, 2)
    unsafe ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial)
    unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), Int(profile.from * 86_400))
    unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), Int(profile.to * 86_400))
    unsafe X509_set_pubkey(certificate, key)
    let subject = unsafe X509_get_subject_name(certificate)
    unsafe X509_NAME_add_entry_by_txt(
      subject, "CN", MBSTRING_UTF8, Array(profile.name.utf8), Int32(profile.name.utf8.count), -1, 0)
    unsafe X509_set_issuer_name(certificate, issuer.map { unsafe X509_get_subject_name($0.0) } ?? subject)
    if profile.isAuthority {
      unsafe add(NID_basic_constraints, "critical,CA:TRUE", to: certificate)
      unsafe add(NID_key_usage, "critical,keyCertSign,cRLSign", to: certificate)
    } else {
      unsafe add(NID_key_usage, "digitalSignature", to: certificate)
      if let usage = profile.extendedUsage { unsafe add(NID_ext_key_usage, usage, to: certificate) }
    }
    if !profile.alternativeNames.isEmpty {
      unsafe add(NID_subject_alt_name, profile.alternativeNames.joined(separator: ","), to: certificate)
    }
    unsafe X509_sign(certificate, issuer?.1 ?? key, EVP_sha256())
    return unsafe certificate
  }

  private static func add(_ kind: Int32, _ value: String, to certificate: OpaquePointer) {
    var context = unsafe X509V3_CTX()
    unsafe X509V3_set_ctx(&context, certificate, certificate, nil, nil, 0)
    let made = unsafe X509V3_EXT_nconf_nid(nil, &context, kind, value)
    unsafe X509_add_ext(certificate, made, -1)
    unsafe X509_EXTENSION_free(made)
  }

  /// What `write` writes.
  static func pem(_ write: (OpaquePointer) -> Int32) -> [UInt8] {
    let bio = unsafe BIO_new(BIO_s_mem())!
    defer { unsafe _ = BIO_free(bio) }
    _ = unsafe write(bio)
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe BIO_read(bio, &bytes, Int32(bytes.count))
    return Array(bytes.prefix(Int(max(0, count))))
  }
}
