public import Primitives

/// A WebSocket's opening between the two ways in which HTTP asks for it: `GET` with `Upgrade` and 101 in HTTP/1.1
/// (RFC 6455, section 4), `CONNECT` with `:protocol` and 200 in HTTP/2 (RFC 8441, section 5). Frames are the same.
///
/// It rewrites heads and holds the request's key, as a range of the request's head; so that head must live, not
/// cleared, until the response's has come. Call it behind `ForwardingRules.removeHopByHop`. `Sec-WebSocket-Version`,
/// `-Protocol` and `-Extensions` pass.
public struct WebSocketHandshake: Sendable {
  /// What a response's head came to.
  public enum Outcome: Sendable, Equatable {
    /// The tunnel is open.
    case opened
    /// The service says no; the response is the client's.
    case refused
    /// No answer that can be believed: 502, and the connection to the service is of no further use. Another 2xx where
    /// 101 was asked for; a switch to something else; the key's answer missing, there twice, or another key's.
    case wrongStatus, wrongProtocol, wrongAccept
  }

  /// Which way of asking it was made into: HTTP/2's, or HTTP/1.1's.
  public let isConnect: Bool
  /// In the request's arena.
  private let key: ByteRange
  /// The key's field.
  private let place: Int
  // What the client's request said.
  private let method: Method
  private let methodName: ByteRange
  private let connectProtocol: ByteRange
  private let framing: Framing

  /// Makes an HTTP/1.1 upgrade of an extended CONNECT. Nil, and the head unchanged, where it is none for `websocket`.
  public init?(connect head: inout MessageHead, random: inout Random) {
    guard head.asksForWebSocket else { return nil }
    isConnect = false
    (method, methodName) = (head.method, head.methodName)
    (connectProtocol, framing) = (head.connectProtocol, head.framing)
    head.connectProtocol = .empty
    head.setMethod(.get)
    head.framing = .none
    head.upgrade = true
    head.append(.upgrade, "websocket")
    head.remove(named: "sec-websocket-key")
    head.append(name: "sec-websocket-key") { WebSocketKey.append(&random, to: &$0) }
    place = head.fields.count - 1
    key = head.fields[place].value
    if head.index(named: "sec-websocket-version") == nil {
      head.append(name: "sec-websocket-version", value: "13")
    }
  }

  /// Makes an extended CONNECT of an HTTP/1.1 upgrade. Nil, and the head unchanged, where it is no valid one for
  /// `websocket`: then nothing in HTTP/2 stands for it.
  public init?(upgrade head: inout MessageHead) {
    guard head.upgrade, head.method == .get, head.version == .http11, head.framing == .none,
      head.offers(websocketIn: .upgrade), let place = head.index(named: "sec-websocket-key"),
      head.index(named: "sec-websocket-key", from: place + 1) == nil,
      WebSocketKey.isValid(head.bytes(of: head.fields[place].value))
    else { return nil }
    isConnect = true
    self.place = place
    key = head.fields[place].value
    (method, methodName) = (head.method, head.methodName)
    (connectProtocol, framing) = (.empty, .none)
    head.remove(at: place)
    head.remove(.upgrade)
    head.upgrade = false
    head.setMethod(.connect)
    let start = head.arena.count
    head.arena.append("websocket")
    head.connectProtocol = ByteRange(start, head.arena.count)
  }

  /// Makes the request again what the client asked: for a connection of the other version, and for whoever writes it
  /// down.
  public func undo(_ head: inout MessageHead) {
    (head.method, head.methodName) = (method, methodName)
    (head.connectProtocol, head.framing) = (connectProtocol, framing)
    head.upgrade = isConnect
    if isConnect {
      head.append(.upgrade, "websocket")
      head.fields[place].isRemoved = false
    } else {
      head.remove(.upgrade)
      head.remove(at: place)
    }
  }

  /// A 101 of HTTP/1.1, on its way to a client of HTTP/2, becomes 200. Any other 2xx is invalid, since it would open
  /// a tunnel there.
  public func answer(connect request: borrowing MessageHead, _ response: inout MessageHead) -> Outcome {
    if response.status != 101 { return (200..<300).contains(response.status) ? .wrongStatus : .refused }
    guard response.offers(websocketIn: .upgrade) else { return .wrongProtocol }
    guard let place = response.index(named: "sec-websocket-accept"),
      response.index(named: "sec-websocket-accept", from: place + 1) == nil
    else { return .wrongAccept }
    let start = response.arena.count
    WebSocketKey.appendAccept(for: request.bytes(of: key), to: &response.arena)
    let expected = ByteRange(start, response.arena.count)
    guard response.bytes(of: response.fields[place].value).equals(response.bytes(of: expected)) else {
      return .wrongAccept
    }
    response.remove(at: place)
    response.remove(.upgrade)
    response.upgrade = false
    response.setStatus(200, framing: .untilClose)
    return .opened
  }

  /// A 2xx of HTTP/2, on its way to a client of HTTP/1.1, becomes 101.
  public func answer(upgrade request: borrowing MessageHead, _ response: inout MessageHead) -> Outcome {
    guard (200..<300).contains(response.status) else { return .refused }
    response.remove(.upgrade)
    response.remove(named: "sec-websocket-accept")
    response.upgrade = true
    response.setStatus(101, framing: .none)
    response.append(.upgrade, "websocket")
    response.append(name: "sec-websocket-accept") {
      WebSocketKey.appendAccept(for: request.bytes(of: key), to: &$0)
    }
    return .opened
  }
}

extension MessageHead {
  /// Whether it is an extended CONNECT for a WebSocket.
  public var asksForWebSocket: Bool {
    method == .connect && equals(connectProtocol, "websocket", ignoringCase: true)
  }

  fileprivate func offers(websocketIn id: FieldID) -> Bool {
    var start = 0
    while let place = nextIndex(of: id, from: start) {
      if bytes(of: fields[place].value).listContains("websocket") { return true }
      start = place + 1
    }
    return false
  }

  fileprivate mutating func setMethod(_ method: Method) {
    self.method = method
    let start = arena.count
    arena.append(method.name)
    methodName = ByteRange(start, arena.count)
  }

  fileprivate mutating func setStatus(_ status: Int, framing: Framing) {
    self.status = status
    self.framing = framing
    reason = .empty
    declaredLength = nil
  }
}
