internal import COpenSSL

extension CertificateDescription {
  /// The subject's alternative names (RFC 5280, section 4.2.1.6).
  mutating func readNames(_ handle: borrowing X509Handle) {
    // SAFETY: a fresh stack of names that is ours, freed below with all that is in it.
    guard let stack = unsafe X509_get_ext_d2i(handle.pointer, NID_subject_alt_name, nil, nil) else { return }
    let names = OpaquePointer(stack)
    defer { unsafe GENERAL_NAMES_free(names) }
    for index in unsafe 0..<max(0, OPENSSL_sk_num(names)) {
      guard let entry = unsafe OPENSSL_sk_value(names, index) else { continue }
      unsafe add(entry.assumingMemoryBound(to: GENERAL_NAME.self).pointee)
    }
  }

  @unsafe
  private mutating func add(_ name: GENERAL_NAME) {
    // SAFETY: `type` says which member of the union is there.
    switch unsafe name.type {
    case GEN_DNS: if let text = unsafe Self.text(name.d.dNSName) { dnsNames.append(text) }
    case GEN_EMAIL: if let text = unsafe Self.text(name.d.rfc822Name) { emails.append(text) }
    case GEN_URI:
      uriCount += 1
      if let text = unsafe Self.text(name.d.uniformResourceIdentifier) { uris.append(text) }
    case GEN_IPADD:
      let bytes = unsafe Self.bytes(name.d.iPAddress)
      if bytes.count == 4 || bytes.count == 16 { addresses.append(bytes) }
    default: break
    }
  }

  @unsafe
  private static func bytes(_ string: UnsafeMutablePointer<ASN1_STRING>?) -> [UInt8] {
    guard let string = unsafe string, unsafe string.pointee.length > 0 else { return [] }
    // SAFETY: `length` bytes at `data`.
    return unsafe Array(UnsafeBufferPointer(start: string.pointee.data, count: Int(string.pointee.length)))
  }

  /// Nil where it holds what could be read otherwise elsewhere: a NUL, a space, anything but ASCII.
  @unsafe
  private static func text(_ string: UnsafeMutablePointer<ASN1_STRING>?) -> String? {
    let bytes = unsafe bytes(string)
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
