internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// The opening of a WebSocket between HTTP/1.1's `Upgrade` and HTTP/2's extended CONNECT (RFC 8441). What is inside
/// the tunnel is the same.
extension Exchange {
  /// Makes the request ask in the way of the service's version. Returns why that cannot be.
  func translateUpgrade() -> ErrorReason? {
    let usesHTTP2 = service?.usesHTTP2 ?? false
    if request.connectProtocol.isEmpty {
      if !usesHTTP2 { return nil }
      handshake = WebSocketHandshake(upgrade: &request)
      if handshake == nil {
        // Nothing in HTTP/2 stands for it, and it may be ignored (RFC 9110, section 7.8).
        isUpgrade = false
        request.upgrade = false
        request.remove(.upgrade)
      }
    } else if !usesHTTP2 {
      handshake = WebSocketHandshake(connect: &request, random: &worker.random)
      if handshake == nil { return .connectRefused }
    }
    return nil
  }

  /// Whether a response other than 101 may open the tunnel that was asked for.
  var opensTunnel: Bool {
    (200..<300).contains(response.status) && (handshake != nil || response.version == .http2)
  }

  /// Makes the answer say it in the way of the client's version. False where it cannot be believed.
  func translateSwitch() -> Bool {
    guard let handshake else {
      // A tunnel has no length.
      if response.status != 101 { response.framing = .untilClose }
      return true
    }
    let outcome =
      service?.usesHTTP2 ?? false
      ? handshake.answer(upgrade: request, &response) : handshake.answer(connect: request, &response)
    return outcome == .opened
  }

  /// The endpoint has said that it knows no extended CONNECT. No fault of its connection.
  func upgradeImpossible() {
    abandonAttempt(.unknown)
    reply(.upgradeFailed, details: "endpoint does not offer tunnels (RFC 8441)")
  }
}
