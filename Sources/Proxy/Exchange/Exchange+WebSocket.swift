internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// The opening of a WebSocket between HTTP/1.1's `Upgrade` and HTTP/2's extended CONNECT (RFC 8441). What is inside
/// the tunnel is the same.
extension Exchange {
  /// No endpoint of the service could be asked for the tunnel that the client wants. Where endpoints say by ALPN what
  /// they speak, that is known only when the connection is there.
  var cannotOpenTunnel: Bool {
    if request.connectProtocol.isEmpty || request.asksForWebSocket { return false }
    return $service { !$0.asksForProtocol && $0.protocol != .h2 } ?? false
  }

  /// Makes the request ask in the way of the connection's version, whatever the attempt before has asked in. False
  /// where that cannot be.
  func translateUpgrade(for connection: any UpstreamStream) -> Bool {
    let usesHTTP2 = connection.usesHTTP2
    if let handshake {
      if handshake.isConnect == usesHTTP2 { return true }
      handshake.undo(&request)
      self.handshake = nil
    }
    let asksByConnect = !request.connectProtocol.isEmpty
    if asksByConnect == usesHTTP2 { return true }
    if asksByConnect {
      handshake = WebSocketHandshake(connect: &request, random: &worker.random)
      return handshake != nil
    }
    handshake = WebSocketHandshake(upgrade: &request)
    if handshake == nil {
      // Nothing in HTTP/2 stands for it, and it may be ignored (RFC 9110, section 7.8).
      isUpgrade = false
      request.upgrade = false
      request.remove(.upgrade)
    }
    return true
  }

  /// Whether a response other than 101 may open the tunnel that was asked for: only an extended CONNECT was asked so.
  /// Of a connection of HTTP/1 it is an answer to be judged (`translateSwitch`).
  var opensTunnel: Bool {
    (200..<300).contains(response.status) && (handshake != nil || !request.connectProtocol.isEmpty)
  }

  /// Makes the answer say it in the way of the client's version. Returns why it cannot be believed, where it cannot.
  func translateSwitch() -> StaticString? {
    guard let handshake else {
      // A tunnel has no length.
      if response.status != 101 { response.framing = .untilClose }
      return nil
    }
    let outcome =
      response.version == .http2
      ? handshake.answer(upgrade: request, &response) : handshake.answer(connect: request, &response)
    return switch outcome {
    case .opened: nil
    case .refused, .wrongStatus: "endpoint answered the opening of a WebSocket with success, but no 101"
    case .wrongProtocol: "endpoint switched to another protocol than websocket"
    case .wrongAccept: "endpoint sent a wrong Sec-WebSocket-Accept"
    }
  }

  /// The connection is there, and no tunnel can be asked for on it. No fault of the connection's: it serves others.
  func upgradeImpossible(
    on connection: any UpstreamStream, _ reason: ErrorReason, details: StaticString? = nil
  ) {
    upstream = nil
    endAttempt(.unknown)
    connection.detach(reusable: true)
    reply(reason, details: details)
  }
}
