package import COpenSSL
internal import Glibc

/// A certificate of libcrypto's, held while something of it is read.
@safe
package struct X509Handle: ~Copyable {
  // SAFETY: the one reference, owned by this value and given back in `deinit`.
  package let pointer: OpaquePointer

  @unsafe
  package init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit {
    // SAFETY: see `pointer`.
    unsafe X509_free(pointer)
  }

  /// - Parameter pointer: an X509 that somebody else holds, too.
  @unsafe
  package init(sharing pointer: OpaquePointer) {
    // SAFETY: the library counts references atomically.
    unsafe X509_up_ref(pointer)
    unsafe self.init(owning: pointer)
  }

  package var der: [UInt8] {
    let count = unsafe max(0, i2d_X509(pointer, nil))
    // SAFETY: the library writes the `count` bytes that it has announced.
    return unsafe [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, used in
      var target = buffer.baseAddress
      used = unsafe Int(max(0, i2d_X509(pointer, &target)))
    }
  }

  /// The last second in which it is valid, since 1970.
  package var notAfter: Int64 { unsafe Self.seconds(X509_get0_notAfter(pointer)) }

  /// From when until when a CRL counts: then it is overdue.
  /// - Parameter list: an X509_CRL that outlives the call.
  @unsafe
  package static func revocationsPeriod(_ list: OpaquePointer) -> ValidityPeriod {
    let end = unsafe X509_CRL_get0_nextUpdate(list)
    return unsafe ValidityPeriod(
      begin: seconds(X509_CRL_get0_lastUpdate(list)), end: end.map { unsafe seconds($0) } ?? .max)
  }

  /// Since 1970; 0 where it is no time.
  @unsafe
  package static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
    var parts = unsafe tm()
    // SAFETY: fills one struct in; both functions only read what they are given.
    guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
    return unsafe Int64(timegm(&parts))
  }
}
