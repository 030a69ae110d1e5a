/// Why a TLS handshake or connection failed.
public struct TLSFailure: Error, Equatable, Sendable {
  public enum Reason: UInt8, CaseIterable, Sendable {
    // The peer's certificate.
    case expired, notYetValid, unknownAuthority, selfSigned, wrongName, revoked, noRevocationList,
      wrongPurpose
    case weakCertificate, invalidCertificate, noCertificate
    // What both sides have in common.
    case protocolVersion, noSharedCipher, noApplicationProtocol
    // What came.
    case notTLS, plainHTTP, malformed, badRecord, truncated, reset, idleRecords
    /// The peer has sent a fatal alert.
    case peerAlert
    // Ourselves.
    case timedOut, crowdedOut, draining, internalError
  }

  public let reason: Reason
  /// The peer's alert (RFC 8446, section 6) where the reason is `peerAlert`, else 0.
  public let alert: UInt8

  public init(_ reason: Reason, alert: UInt8 = 0) {
    self.reason = reason
    self.alert = alert
  }

  /// Whether the peer's certificate was at fault.
  public var concernsCertificate: Bool { reason.rawValue <= Reason.noCertificate.rawValue }
}
