internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// A call of gRPC-Web to an endpoint that speaks gRPC: bodies are translated on their way. What is held for a further
/// attempt is what the client has sent: its endpoint may speak something else.
extension Exchange {
  /// Bodies are translated. What the request is, which most are not, is asked first: it is one byte.
  @inline(__always)
  var translatesCall: Bool { grpc.isWeb && web != nil }

  /// Makes the request what an endpoint of the connection's version understands, whatever the attempt before has made of
  /// it: one of HTTP/1 gets gRPC-Web as it is, since it cannot speak gRPC.
  func translateCall(for connection: any UpstreamStream) {
    web?.undo(&request)
    web = connection.usesHTTP2 ? GRPCWebTranslation(request: &request) : nil
  }

  /// False where the request was refused.
  @discardableResult
  func sendWebRequestBody(_ bytes: Span<UInt8>) -> Bool {
    if web?.passesRequestBody ?? true {
      $upstream { $0.sendBody(bytes) }
      return true
    }
    let isText = withTranslation { buffer in
      guard web?.requestBody(bytes, to: &buffer) ?? false else { return false }
      $upstream { $0.sendBody(buffer.bytes) }
      return true
    }
    if !isText { refuseRequest(.malformedRequest, details: "gRPC-Web text is not base64") }
    return isText
  }

  /// False where the request was refused.
  func isWebRequestWhole() -> Bool {
    if web?.requestEnded() ?? true { return true }
    refuseRequest(.malformedRequest, details: "gRPC-Web text ends within base64")
    return false
  }

  func webResponseBodyReceived(_ bytes: Span<UInt8>) {
    let isCall = withTranslation { buffer in
      guard web?.responseBody(bytes, to: &buffer) ?? false else { return false }
      downstream?.sendBody(buffer.bytes)
      return true
    }
    if !isCall {
      attemptFailedByEndpoint(.upstreamProtocolError, .protocolErrors, details: "response is not gRPC")
    }
  }

  /// The trailers become the body's last frame. False where the answer was broken off.
  func isWebResponseWhole() -> Bool {
    let isWhole = withTranslation { buffer in
      guard web?.responseEnded(&responseTrailers, to: &buffer) ?? false else { return false }
      downstream?.sendBody(buffer.bytes)
      return true
    }
    if !isWhole { attemptFailedByEndpoint(.upstreamTruncated, .truncated) }
    return isWhole
  }

  /// Lends the worker's buffer, empty.
  private func withTranslation(_ body: (inout ByteBuffer) -> Bool) -> Bool {
    var buffer = ByteBuffer()
    swap(&buffer, &worker.translation)
    defer {
      buffer.clear()
      swap(&buffer, &worker.translation)
    }
    return body(&buffer)
  }
}
