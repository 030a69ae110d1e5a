internal import HTTP
public import Primitives
public import Reactor

/// Makes HTTP calls on somebody's event loop: the proxy's own, to key sets, registries and collectors. HTTP/1.1 and
/// HTTP/2, plain or over TLS.
///
/// Its events must reach it through an `EventDispatcher` under the kinds from `kind` on, `kindCount` of them. The
/// loop's thread only; none of a worker.
///
/// A connection is kept for the next call to its origin. One that turns out to have grown stale costs no failure: the
/// call is made once more on a new one, where it may be (RFC 9110, section 9.2.2).
public final class HTTPClient {
  /// Kinds of tokens that one client takes.
  public static let kindCount: UInt8 = 4

  let loop: EventLoop
  let limits: ClientLimits
  /// Nil: hosts are addresses.
  let resolver: (any HostResolver)?
  private(set) lazy var streams = HTTP2StreamPool()
  /// Heads and frames are put together here.
  var output = ByteBuffer()
  /// Scratch for requests' heads.
  var head = MessageHead()

  private var calls: Slab<ClientCall>
  var dials: Slab<Dial>
  var http1: Slab<HTTP1Connection>
  var http2: Slab<HTTP2Connection>
  /// Connections made so far.
  private(set) var births: UInt64 = 0

  /// HTTP/2 connections with frames to send when the turn ends.
  private var scheduled: [HTTP2Connection] = []
  /// Closed this turn; freed at its end, when nothing on the stack can mean them any more.
  private var retired: [AnyObject] = []

  /// - Parameter resolver: without one hosts can only be addresses.
  public init(
    on loop: EventLoop, kind: UInt8, resolver: (any HostResolver)? = nil,
    limits: ClientLimits = ClientLimits()
  ) {
    self.loop = loop
    self.limits = limits
    self.resolver = resolver
    calls = Slab(kind: kind)
    dials = Slab(kind: kind + 1)
    http1 = Slab(kind: kind + 2)
    http2 = Slab(kind: kind + 3)
  }

  /// Makes a call; `receiver` hears of it from the loop's next turn on, and is held until its end.
  @discardableResult
  public func start(
    _ request: ClientRequest, to origin: ClientOrigin, for receiver: any ResponseReceiver
  ) -> ClientCall {
    let call = ClientCall(client: self, origin: origin, request: request, receiver: receiver)
    call.token = calls.insert(call)
    call.arm()
    loop.continueLater(call.token)
    return call
  }

  /// Calls under way.
  public var callCount: Int { calls.count }
  /// Connections that are open or being made.
  public var connectionCount: Int { dials.count + http1.count + http2.count }

  /// Ends every call, of which nothing more is heard, and every connection.
  public func close() {
    for call in calls.all { call.cancel() }
    for dial in dials.all { dial.cancel() }
    for connection in http1.all { connection.close() }
    for connection in http2.all { connection.close() }
  }

  // MARK: Calls

  func forget(_ call: ClientCall) {
    guard calls.remove(call.token) != nil else { return }
    call.origin.waiting.removeAll { $0 === call }
    retired.append(call)
  }

  func born() -> UInt64 {
    births += 1
    return births
  }

  func retire(_ object: AnyObject) { retired.append(object) }
  func schedule(_ connection: HTTP2Connection) { scheduled.append(connection) }
}

extension HTTPClient: EventHandler {
  public func ready(_ token: Token, _ readiness: Readiness) {
    if let call = calls[token] {
      call.ready()
    } else if let connection = http1[token] {
      connection.ready(readiness)
    } else if let connection = http2[token] {
      connection.ready(readiness)
    } else {
      dials[token]?.ready(readiness)
    }
  }

  public func timerFired(_ payload: UInt64) {
    let token = Token(raw: payload)
    calls[token]?.timerFired()
    dials[token]?.timerFired()
    http1[token]?.timerFired()
    http2[token]?.timerFired()
  }

  public func woken() {
    guard let resolver else { return }
    for answer in resolver.takeAnswers() { dials[Token(raw: answer.ticket)]?.resolved(answer) }
  }

  public func turnEnded() {
    // A receiver that hears of an end may start what has frames to send.
    while !scheduled.isEmpty {
      let connections = scheduled
      scheduled.removeAll(keepingCapacity: true)
      for connection in connections { connection.flushFrames() }
    }
    if !retired.isEmpty { retired.removeAll(keepingCapacity: true) }
  }
}
