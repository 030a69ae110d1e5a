internal import COpenSSL

/// What a certificate says, without its key: for logs, pages and rules.
public struct CertificateDescription: Sendable, Equatable {
  /// As RFC 2253 writes a distinguished name.
  public let subject: String
  public let issuer: String
  /// In hexadecimal.
  public let serial: String
  /// Seconds since 1970.
  public let notBefore: Int64
  public let notAfter: Int64
  // Subject alternative names.
  public private(set) var dnsNames: [String] = []
  public private(set) var uris: [String] = []
  /// 4 or 16 bytes each.
  public private(set) var addresses: [[UInt8]] = []

  /// Days that are left, rounded down; below zero where it has expired.
  public func daysLeft(now seconds: Int64) -> Int {
    Int((Double(notAfter - seconds) / 86_400).rounded(.down))
  }

  /// - Parameter certificate: an X509 that outlives the call.
  @unsafe
  init(_ certificate: OpaquePointer) {
    // SAFETY: what is read here is copied, or freed before the end.
    unsafe subject = Self.text(X509_get_subject_name(certificate))
    unsafe issuer = Self.text(X509_get_issuer_name(certificate))
    unsafe serial = Self.serial(of: certificate)
    unsafe notBefore = Self.seconds(X509_get0_notBefore(certificate))
    unsafe notAfter = Self.seconds(X509_get0_notAfter(certificate))
    guard let names = unsafe copenssl_alternative_names(certificate) else { return }
    let count = unsafe copenssl_names_count(names)
    for index in 0..<count {
      var bytes: UnsafePointer<UInt8>?
      var length: Int32 = 0
      let kind = unsafe copenssl_name_at(names, index, &bytes, &length)
      guard let start = unsafe bytes else { continue }
      let value = unsafe Array(UnsafeBufferPointer(start: start, count: Int(length)))
      switch kind {
      case GEN_DNS: dnsNames.append(String(decoding: value, as: UTF8.self))
      case GEN_URI: uris.append(String(decoding: value, as: UTF8.self))
      case GEN_IPADD: addresses.append(value)
      default: break
      }
    }
    unsafe copenssl_names_free(names)
  }

  /// - Parameter certificate: an X509 that outlives the call.
  @unsafe
  static func der(of certificate: OpaquePointer) -> [UInt8] {
    let count = unsafe i2d_X509(certificate, nil)
    // SAFETY: the library writes the `count` bytes that it has announced.
    return unsafe [UInt8](unsafeUninitializedCapacity: max(0, Int(count))) { buffer, used in
      var target = buffer.baseAddress
      used = unsafe max(0, Int(i2d_X509(certificate, &target)))
    }
  }

  private static func text(_ name: OpaquePointer?) -> String {
    guard let bio = unsafe BIO_new(BIO_s_mem()) else { return "" }
    defer { unsafe _ = BIO_free(bio) }
    unsafe _ = copenssl_print_name(bio, name)
    var start: UnsafeMutablePointer<CChar>?
    let count = unsafe copenssl_memory(bio, &start)
    guard let start = unsafe start else { return "" }
    // SAFETY: `count` bytes of the BIO's, which lives until the end.
    return unsafe start.withMemoryRebound(to: UInt8.self, capacity: count) {
      unsafe String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
    }
  }

  private static func serial(of certificate: OpaquePointer) -> String {
    guard let number = unsafe ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil) else { return "" }
    defer { unsafe BN_free(number) }
    guard let text = unsafe BN_bn2hex(number) else { return "" }
    defer { unsafe copenssl_free(text) }
    return unsafe String(cString: text)
  }

  /// Since 1970.
  @unsafe
  static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
    var days: Int32 = 0
    var rest: Int32 = 0
    let epoch = unsafe ASN1_TIME_set(nil, 0)
    defer { unsafe ASN1_STRING_free(epoch) }
    guard unsafe ASN1_TIME_diff(&days, &rest, epoch, time) == 1 else { return 0 }
    return Int64(days) * 86_400 + Int64(rest)
  }
}
