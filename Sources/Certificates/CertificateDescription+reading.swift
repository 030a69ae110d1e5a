internal import COpenSSL

extension CertificateDescription {
  /// Bytes of a certificate, or of a file of them.
  public static var maximumSize: Int { 1 << 20 }

  /// Every certificate of a PEM file, in its order: at least one. What is no certificate, such as keys and text
  /// between them, is passed over.
  public static func all(inPEM bytes: Span<UInt8>) throws(CertificateError) -> [CertificateDescription] {
    guard bytes.count <= maximumSize else { throw .tooLarge }
    let input = MemoryBIO(bytes)
    var found: [CertificateDescription] = []
    ERR_clear_error()
    // SAFETY: the BIO lives through the loop; each certificate read is owned by its handle. No callback: what is
    // encrypted is no certificate.
    while let pointer = unsafe PEM_read_bio_X509(input.pointer, nil, nil, nil) {
      found.append(CertificateDescription(unsafe X509Handle(owning: pointer)))
    }
    let isEnd = copenssl_is_end_of_pem(ERR_peek_last_error()) != 0
    ERR_clear_error()
    if !isEnd { throw .malformed }
    if found.isEmpty { throw .noCertificate }
    return found
  }

  package init(_ handle: borrowing X509Handle) {
    // SAFETY: everything below belongs to the certificate, which lives through the call, and is only read.
    unsafe subject = Self.name(X509_get_subject_name(handle.pointer))
    unsafe issuer = Self.name(X509_get_issuer_name(handle.pointer))
    unsafe serial = Self.serial(X509_get0_serialNumber(handle.pointer))
    unsafe notBefore = X509Handle.seconds(X509_get0_notBefore(handle.pointer))
    unsafe notAfter = X509Handle.seconds(X509_get0_notAfter(handle.pointer))
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var size: UInt32 = 0
    unsafe X509_digest(handle.pointer, EVP_sha256(), &digest, &size)
    fingerprint = Array(digest[..<Int(size)])
    unsafe key = Self.key(X509_get0_pubkey(handle.pointer))
    unsafe isAuthority = copenssl_is_authority(handle.pointer) != 0
    readNames(handle)
    // A part that cannot be read leaves an error behind, which whoever uses the library next would take for its own.
    ERR_clear_error()
  }

  @unsafe
  private static func name(_ name: OpaquePointer?) -> String {
    let output = MemoryBIO()
    // SAFETY: the name is the certificate's; the BIO is a local.
    _ = unsafe copenssl_write_name(output.pointer, name)
    return output.takeText()
  }

  @unsafe
  private static func serial(_ number: UnsafePointer<ASN1_INTEGER>?) -> String {
    guard let number = unsafe number else { return "" }
    // SAFETY: `length` bytes at `data`, in big-endian order.
    let bytes = unsafe Array(
      UnsafeBufferPointer(start: number.pointee.data, count: Int(number.pointee.length)))
    return HexText.lowercase(bytes)
  }

  /// The kind of key and its size.
  @unsafe
  private static func key(_ key: OpaquePointer?) -> String {
    guard let key = unsafe key else { return "unknown" }
    // SAFETY: a constant text of the library's.
    let kind = unsafe EVP_PKEY_get0_type_name(key).map { unsafe String(cString: $0) } ?? "unknown"
    let bits = unsafe EVP_PKEY_get_bits(key)
    return kind == "EC" ? "EC P-\(bits)" : kind.hasPrefix("ED") ? kind : "\(kind) \(bits)"
  }
}
