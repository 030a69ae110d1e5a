internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// A call of gRPC-Web to a service that speaks gRPC: bodies are translated on their way. What is held for a further
/// attempt is what the service gets.
extension Exchange {
  func webRequestBodyReceived(_ bytes: Span<UInt8>) {
    if web?.passesRequestBody ?? true { return passRequestBody(bytes) }
    let isText = withTranslation { buffer in
      guard web?.requestBody(bytes, to: &buffer) ?? false else { return false }
      passRequestBody(buffer.bytes)
      return true
    }
    if !isText { refuseRequest(.malformedRequest, details: "gRPC-Web text is not base64") }
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
