import COpenSSL
import Synchronization

/// A certificate authority for tests, made when the test runs.
@safe
public final class TestAuthority: @unchecked Sendable {
  // SAFETY: not changed after init but for the serial number, which is atomic.
  let certificate: OpaquePointer
  let key: OpaquePointer
  private let lastSerial = Atomic<Int>(100)
  /// PEM.
  public let pem: [UInt8]

  /// - Parameter parent: who signs it; nil: itself.
  public init(
    _ name: String = "test authority", by parent: TestAuthority? = nil, profile: CertificateProfile? = nil
  ) {
    var profile = profile ?? CertificateProfile(name)
    profile.isAuthority = true
    let key = unsafe TestKey.make(profile.key)
    unsafe self.key = key
    let made = unsafe CertificateMaker.make(
      profile, serial: 1, key: key, by: parent.map { unsafe ($0.certificate, $0.key) })
    unsafe certificate = made
    unsafe pem = CertificateMaker.pem { unsafe PEM_write_bio_X509($0, made) }
  }

  deinit {
    unsafe X509_free(certificate)
    unsafe EVP_PKEY_free(key)
  }

  /// A certificate and its key.
  public func issue(_ profile: CertificateProfile) -> TestCertificate {
    // Tests run side by side: whoever revokes this one must not name another.
    let serial = lastSerial.add(1, ordering: .relaxed).newValue
    let key = unsafe TestKey.make(profile.key)
    let made = unsafe CertificateMaker.make(
      profile, serial: serial, key: key, by: (certificate, self.key))
    defer {
      unsafe X509_free(made)
      unsafe EVP_PKEY_free(key)
    }
    return TestCertificate(
      chain: unsafe CertificateMaker.pem { unsafe PEM_write_bio_X509($0, made) },
      key: unsafe CertificateMaker.pem { unsafe PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) },
      serial: serial)
  }

  /// A list of what is revoked, in PEM.
  /// - Parameter days: until the next one is due; below zero: overdue.
  public func revocations(of certificates: [TestCertificate], days: Int = 20) -> [UInt8] {
    let list = unsafe X509_CRL_new()!
    defer { unsafe X509_CRL_free(list) }
    unsafe X509_CRL_set_version(list, 1)
    unsafe X509_CRL_set_issuer_name(list, X509_get_subject_name(certificate))
    let (from, to) = unsafe (
      ASN1_TIME_set(nil, time(nil) - 30 * 86_400), ASN1_TIME_set(nil, time(nil) + days * 86_400)
    )
    unsafe X509_CRL_set1_lastUpdate(list, from)
    unsafe X509_CRL_set1_nextUpdate(list, to)
    for one in certificates {
      let entry = unsafe X509_REVOKED_new()
      let serial = unsafe ASN1_INTEGER_new()
      unsafe ASN1_INTEGER_set(serial, one.serial)
      unsafe X509_REVOKED_set_serialNumber(entry, serial)
      unsafe X509_REVOKED_set_revocationDate(entry, from)
      unsafe X509_CRL_add0_revoked(list, entry)
      unsafe ASN1_INTEGER_free(serial)
    }
    unsafe ASN1_STRING_free(from)
    unsafe ASN1_STRING_free(to)
    unsafe X509_CRL_sort(list)
    unsafe X509_CRL_sign(list, key, EVP_sha256())
    return unsafe CertificateMaker.pem { unsafe PEM_write_bio_X509_CRL($0, list) }
  }
}
