internal import COpenSSL

/// What OpenSSL says, in our words.
extension TLSFailure {
  /// Takes what the thread's error queue holds, and leaves it empty: every call of the library counts on that.
  static func take(verification: Int) -> TLSFailure {
    let code = ERR_peek_error()
    ERR_clear_error()
    let reason = code & 0x7F_FFFF
    if reason == UInt(SSL_R_CERTIFICATE_VERIFY_FAILED), verification != Int(X509_V_OK) {
      return TLSFailure(Reason(verification: Int32(truncatingIfNeeded: verification)))
    }
    // SSL_AD_REASON_OFFSET: what the peer's alert says.
    if code != 0, reason > 1000, reason <= 1255 {
      return TLSFailure(.peerAlert, alert: UInt8(truncatingIfNeeded: reason - 1000))
    }
    return TLSFailure(Reason(library: Int32(truncatingIfNeeded: reason)))
  }
}

extension TLSFailure.Reason {
  /// - Parameter code: a result of X509_verify_cert(3).
  init(verification code: Int32) {
    self =
      switch code {
      case X509_V_ERR_CERT_HAS_EXPIRED: .expired
      case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
      case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: .selfSigned
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
        X509_V_ERR_CERT_UNTRUSTED, X509_V_ERR_CERT_SIGNATURE_FAILURE:
        .unknownAuthority
      case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH, X509_V_ERR_SUBTREE_MINMAX,
        X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION:
        .wrongName
      case X509_V_ERR_CERT_REVOKED: .revoked
      case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_NOT_YET_VALID,
        X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER,
        X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
        .noRevocationList
      case X509_V_ERR_INVALID_PURPOSE, X509_V_ERR_INVALID_CA, X509_V_ERR_CERT_REJECTED,
        X509_V_ERR_KEYUSAGE_NO_CERTSIGN, X509_V_ERR_PATH_LENGTH_EXCEEDED:
        .wrongPurpose
      case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK:
        .weakCertificate
      default: .invalidCertificate
      }
  }

  /// - Parameter code: a reason of the library's, without those of alerts.
  init(library code: Int32) {
    self =
      switch code {
      case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: .noCertificate
      case SSL_R_CERTIFICATE_VERIFY_FAILED: .invalidCertificate
      case SSL_R_EE_KEY_TOO_SMALL, SSL_R_CA_KEY_TOO_SMALL, SSL_R_CA_MD_TOO_WEAK: .weakCertificate
      case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_WRONG_VERSION_NUMBER,
        SSL_R_VERSION_TOO_LOW, SSL_R_VERSION_TOO_HIGH, SSL_R_NO_PROTOCOLS_AVAILABLE,
        SSL_R_INAPPROPRIATE_FALLBACK, SSL_R_UNKNOWN_PROTOCOL:
        .protocolVersion
      case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, SSL_R_NO_SUITABLE_KEY_SHARE,
        SSL_R_NO_SUITABLE_GROUPS, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_CIPHERS_AVAILABLE,
        SSL_R_WRONG_CIPHER_RETURNED, SSL_R_DH_KEY_TOO_SMALL, SSL_R_UNSUPPORTED_ELLIPTIC_CURVE:
        .noSharedCipher
      case SSL_R_NO_APPLICATION_PROTOCOL: .noApplicationProtocol
      case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST: .plainHTTP
      case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC, SSL_R_DECRYPTION_FAILED: .badRecord
      case SSL_R_UNEXPECTED_EOF_WHILE_READING: .truncated
      case SSL_R_TOO_MANY_KEY_UPDATES, SSL_R_TOO_MANY_WARN_ALERTS, SSL_R_RECORD_TOO_SMALL: .idleRecords
      case Int32(ERR_R_MALLOC_FAILURE), Int32(ERR_R_INTERNAL_ERROR): .internalError
      default: .malformed
      }
  }
}
