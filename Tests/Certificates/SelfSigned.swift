import COpenSSL

/// A certificate that nobody but itself vouches for.
public enum SelfSigned {
  public static func make(_ profile: CertificateProfile) -> TestCertificate {
    let key = unsafe TestKey.make(profile.key)
    let made = unsafe CertificateMaker.make(profile, serial: 7, key: key, by: nil)
    // SAFETY: both are freed once they are written down.
    defer {
      unsafe X509_free(made)
      unsafe EVP_PKEY_free(key)
    }
    return TestCertificate(
      chain: unsafe CertificateMaker.pem { unsafe PEM_write_bio_X509($0, made) },
      key: unsafe CertificateMaker.pem { unsafe PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) },
      serial: 7)
  }
}
