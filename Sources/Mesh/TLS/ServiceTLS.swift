public import Reactor

/// A service's `tls`: how connections to its endpoints are secured.
public struct ServiceTLS: Sendable {
  /// What the context is made of, so that it can be made anew when a file changes.
  public struct Source: Sendable, Equatable {
    /// Sent as SNI; empty: none is.
    public var serverName = ""
    /// The endpoint's certificate has to have one of these names.
    public var names: [PeerName] = []
    /// Nil: any certificate is taken, whoever made it.
    public var trust: TrustFiles? = TrustFiles(authorities: nil)
    /// Who this side is, for endpoints that ask.
    public var certificate: CertificateFiles?
    public var leastVersion = TLSVersion.v12
    /// Offered by ALPN, in order of preference.
    public var protocols: [ApplicationProtocol] = [.http11]

    public init() {}
  }

  public let source: Source
  /// Replaced when the files have changed.
  public let contexts: TLSContextStore<TLSClientContext>

  /// Whether endpoints have to show who they are.
  public var isVerified: Bool { source.trust != nil }

  /// - Parameter origin: `TLSContextStore.origin`.
  public init(source: Source, context: TLSClientContext, origin: (any Sendable)? = nil) {
    self.source = source
    contexts = TLSContextStore(context, origin: origin)
  }
}
