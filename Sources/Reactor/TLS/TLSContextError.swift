internal import COpenSSL

/// What is wrong with a certificate, a key or a list of authorities. Says nothing of a key's content.
public enum TLSContextError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No PEM block of the kind that is wanted.
  case noCertificate, noKey, noRevocationList
  /// A PEM block of the kind that is wanted, with nonsense in it.
  case malformedCertificate, malformedKey, malformedRevocationList
  case keyIsEncrypted
  case keyDoesNotMatch
  /// It belongs to a later certificate of the file, counted from 1.
  case keyIsOfAnother(position: Int)
  /// The library takes the key or the certificate for too weak.
  case tooWeak
  case malformedResponse
  /// Of OCSP.
  case responseForAnother
  case noSystemTrust
  case library(reason: Int32)

  public var description: String {
    switch self {
    case .noCertificate: "holds no certificate in PEM"
    case .noKey: "holds no private key in PEM"
    case .noRevocationList: "holds no CRL in PEM"
    case .malformedCertificate: "holds a certificate that cannot be read"
    case .malformedKey: "holds a private key that cannot be read"
    case .malformedRevocationList: "holds a CRL that cannot be read"
    case .keyIsEncrypted: "holds an encrypted private key: there is nobody to ask for its passphrase"
    case .keyDoesNotMatch: "the private key does not belong to the certificate"
    case .keyIsOfAnother(let position):
      "the private key belongs to certificate \(position) of the file, which has to be the first: the leaf, then who has signed it"
    case .tooWeak: "the key or its signature is too weak (at least RSA of 2048 bits, or P-256, with SHA-256)"
    case .malformedResponse: "is no OCSP response in DER"
    case .responseForAnother: "is an OCSP response for another certificate"
    case .noSystemTrust: "this system has no list of certificate authorities: say which are to be trusted"
    case .library(let reason): "OpenSSL refuses it (reason \(reason))"
    }
  }

  /// Takes what the thread's error queue holds, and leaves it empty.
  static func library() -> TLSContextError {
    let reason = Int32(truncatingIfNeeded: ERR_peek_error() & 0x7F_FFFF)
    ERR_clear_error()
    switch reason {
    case SSL_R_EE_KEY_TOO_SMALL, SSL_R_CA_KEY_TOO_SMALL, SSL_R_CA_MD_TOO_WEAK: return .tooWeak
    case X509_R_KEY_VALUES_MISMATCH, X509_R_KEY_TYPE_MISMATCH: return .keyDoesNotMatch
    default: return .library(reason: reason)
    }
  }
}
