public import Primitives
public import Reactor

/// A server to be called: where it is and how it is spoken to. Those who share one share its connections. Of one
/// client's thread.
public final class ClientOrigin {
  /// A name, or an address without brackets.
  public let host: String
  public let port: UInt16
  /// Nil: plain. New connections use the context of the time; those of another are not used again.
  public let tls: TLSContextStore<TLSClientContext>?
  /// What a plain server speaks; with TLS both sides agree upon it (ALPN).
  public let plainProtocol: ApplicationProtocol
  /// From the look-up of the name to the end of the handshake.
  public let connectTimeout: Interval
  /// On HTTP/2, how long a connection with calls on it may be silent before it is asked, and how long the answer may
  /// take. Zero: it is never asked.
  public let pingInterval: Interval
  public let pingTimeout: Interval
  /// As `Host` and `:authority` have it: without the port where it is the scheme's own.
  public let authority: String

  /// Calls without a connection, in order. Where there are any, dials are under way.
  var waiting: [ClientCall] = []
  var dials = 0
  var idle: [HTTP1Connection] = []
  var shared: [HTTP2Connection] = []
  let sessions = TLSSessionStore()
  /// What it spoke last.
  var spokeHTTP2: Bool

  public init(
    host: String, port: UInt16, tls: TLSContextStore<TLSClientContext>? = nil,
    plainProtocol: ApplicationProtocol = .http11, connectTimeout: Interval = .seconds(5),
    pingInterval: Interval = .zero, pingTimeout: Interval = .seconds(20)
  ) {
    self.host = host
    self.port = port
    self.tls = tls
    self.plainProtocol = plainProtocol
    self.connectTimeout = connectTimeout
    self.pingInterval = pingInterval
    self.pingTimeout = pingTimeout
    let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    authority = port == (tls == nil ? 80 : 443) ? name : "\(name):\(port)"
    // An endpoint that can be asked for nothing else speaks it.
    spokeHTTP2 = tls.map { $0.current.settings.protocols == [.h2] } ?? (plainProtocol == .h2)
  }

  /// Whether a connection that was made with `context` is one that would be made now.
  func isCurrent(_ context: TLSClientContext?) -> Bool { context === tls?.current }
}
