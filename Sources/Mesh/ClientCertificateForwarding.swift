/// What becomes of `X-Forwarded-Client-Cert`, by the names of Envoy's `forward_client_cert_details`. Whatever is chosen,
/// what the untrusted say there is dropped.
public enum ClientCertificateForwarding: String, Sendable, CaseIterable {
  /// Dropped; services are told nothing.
  case sanitize
  /// Dropped, and written anew where the client has shown a certificate.
  case sanitizeSet = "sanitize-set"
  /// What a client with a certificate says is kept, and ours added behind it.
  case appendForward = "append-forward"
  /// What a client with a certificate says is kept as it is.
  case forwardOnly = "forward-only"

  public var keepsTrusted: Bool { self == .appendForward || self == .forwardOnly }
  public var adds: Bool { self == .sanitizeSet || self == .appendForward }

  /// Where nothing is said: as with `X-Forwarded-For`, the word of a proxy in front is kept where it is believed.
  public static func standard(trustedHops: Int) -> Self { trustedHops > 0 ? .appendForward : .sanitizeSet }
}
