/// Why nothing was issued.
package enum IssuingError: UInt8, Error, Sendable {
  case authorityWithPath, otherTrustDomain, workloadWithoutPath, badDNSName
  /// libcrypto said no, which only happens where memory or randomness has run out.
  case refused
}
