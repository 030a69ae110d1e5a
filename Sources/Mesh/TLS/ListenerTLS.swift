public import Primitives
public import Reactor

/// A listener's `tls`: what clients' connections are secured with.
public struct ListenerTLS: Sendable {
  /// What the context is made of, so that it can be made anew when a file changes.
  public struct Source: Sendable, Hashable {
    /// The first one is shown where no other is for the name that a client asks for.
    public var certificates: [CertificateFiles] = []
    public var clientCertificates = TLSServerContext.ClientCertificates.none
    /// Whose certificates clients may show.
    public var trust: TrustFiles?
    public var leastVersion = TLSVersion.v12

    public init() {}
  }

  public let source: Source
  /// Replaced when the files have changed.
  public let contexts: TLSContextStore<TLSServerContext>
  /// How long a client may take from its connect to the handshake's end.
  public let handshakeTimeout: Interval
  /// Clients may speak plain HTTP as well, on the same port.
  public let isPermissive: Bool

  public static let standardHandshakeTimeout = Interval.seconds(10)

  /// - Parameter origin: `TLSContextStore.origin`.
  public init(
    source: Source, context: TLSServerContext, origin: (any Sendable)? = nil,
    handshakeTimeout: Interval = standardHandshakeTimeout, isPermissive: Bool = false
  ) {
    self.init(
      source: source, contexts: TLSContextStore(context, origin: origin), handshakeTimeout: handshakeTimeout,
      isPermissive: isPermissive)
  }

  /// Over contexts that are there.
  init(
    source: Source, contexts: TLSContextStore<TLSServerContext>, handshakeTimeout: Interval,
    isPermissive: Bool
  ) {
    self.source = source
    self.contexts = contexts
    self.handshakeTimeout = handshakeTimeout
    self.isPermissive = isPermissive
  }
}
