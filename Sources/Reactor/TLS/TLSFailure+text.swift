extension TLSFailure.Reason {
  /// For labels and log fields: lower case with underscores.
  public var name: StaticString {
    switch self {
    case .expired: "certificate_expired"
    case .notYetValid: "certificate_not_yet_valid"
    case .unknownAuthority: "unknown_ca"
    case .selfSigned: "self_signed"
    case .wrongName: "wrong_name"
    case .revoked: "certificate_revoked"
    case .noRevocationList: "no_valid_crl"
    case .wrongPurpose: "wrong_purpose"
    case .weakCertificate: "weak_certificate"
    case .invalidCertificate: "invalid_certificate"
    case .noCertificate: "no_certificate"
    case .protocolVersion: "protocol_version"
    case .noSharedCipher: "no_shared_cipher"
    case .noApplicationProtocol: "no_application_protocol"
    case .notTLS: "not_tls"
    case .plainHTTP: "plain_http"
    case .malformed: "malformed"
    case .badRecord: "bad_record"
    case .truncated: "truncated"
    case .reset: "reset"
    case .idleRecords: "idle_records"
    case .peerAlert: "peer_alert"
    case .timedOut: "timed_out"
    case .crowdedOut: "crowded_out"
    case .draining: "draining"
    case .internalError: "internal_error"
    }
  }
}

extension TLSFailure {
  /// A short sentence for people, and for `Proxy-Status`' `details`: ASCII without quotes.
  public var text: StaticString {
    switch reason {
    case .expired: "TLS: the peer's certificate has expired"
    case .notYetValid: "TLS: the peer's certificate is not valid yet"
    case .unknownAuthority: "TLS: the peer's certificate is of an unknown authority"
    case .selfSigned: "TLS: the peer's certificate is self-signed"
    case .wrongName: "TLS: the peer's certificate is for another name"
    case .revoked: "TLS: the peer's certificate is revoked"
    case .noRevocationList: "TLS: there is no valid CRL for the peer's certificate"
    case .wrongPurpose: "TLS: the peer's certificate is not for this use"
    case .weakCertificate: "TLS: the peer's certificate has a weak key or signature"
    case .invalidCertificate: "TLS: the peer's certificate is not valid"
    case .noCertificate: "TLS: the peer has sent no certificate"
    case .protocolVersion: "TLS: no version in common"
    case .noSharedCipher: "TLS: no cipher in common"
    case .noApplicationProtocol: "TLS: no application protocol in common"
    case .notTLS: "TLS: the peer's bytes are not TLS"
    case .plainHTTP: "TLS: the peer speaks plain HTTP"
    case .malformed: "TLS: malformed message"
    case .badRecord: "TLS: a record was tampered with"
    case .truncated: "TLS: connection ended too early"
    case .reset: "TLS: connection reset"
    case .idleRecords: "TLS: too many records that carry nothing"
    case .peerAlert: TLSAlert.text(of: alert)
    case .timedOut: "TLS: the handshake took too long"
    case .crowdedOut: "TLS: too many handshakes under way"
    case .draining: "TLS: shutting down"
    case .internalError: "TLS: internal error"
    }
  }
}
