internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Answers of our own: a status, `Proxy-Status` with the precise reason (RFC 9209), and one line of text that names it.
extension Exchange {
  /// Answers without an endpoint. While the client's body is still in this read the reply waits for its end, so
  /// that the connection can be kept.
  func reply(_ reason: ErrorReason, details: StaticString? = nil) {
    if requestPhase == .body, downstream?.isDecoding ?? false, !request.expectsContinue {
      pendingReply = reason
      answer.details = details
    } else {
      replyNow(reason, details: details)
    }
  }

  /// - Parameters:
  ///   - details: more precise than the reason's own text.
  ///   - status: instead of the reason's own.
  func replyNow(_ reason: ErrorReason, details: StaticString? = nil, status: Int? = nil) {
    guard let downstream else { return }
    pendingReply = nil
    let status = status ?? reason.status
    answer.status = status
    answer.reason = reason
    answer.details = details
    answer.keepsConnection = mayKeepConnection
    let text = details ?? reason.details
    let hasBody = request.method != .head
    LocalReply.write(
      to: &response, status: status, reason: reason, details: details, date: worker.httpDate(),
      hasBody: hasBody)
    downstream.sendHead(response, persistent: answer.keepsConnection)
    if hasBody { sendText(text) }
    responseTrailers.clear()
    downstream.sendEnd(trailers: responseTrailers)
    downstream.flush()
    if downstream.queued > 0 {
      // Like any answer: the next request waits until this one has been taken, or a pipeline would pile them up.
      responsePhase = .flushing
      times.progress = worker.loop.now
      return armTimer()
    }
    finish(keep: answer.keepsConnection)
  }

  private func sendText(_ text: StaticString) {
    var body = ByteBuffer()
    swap(&body, &worker.text)
    LocalReply.appendBody(text, to: &body)
    traffic.response.passed(body.count)
    downstream?.sendBody(body.bytes)
    body.clear()
    swap(&body, &worker.text)
  }
}

enum LocalReply {
  private static let prefix: StaticString = "apus: "

  static func appendBody(_ text: StaticString, to output: inout ByteBuffer) {
    output.append(prefix)
    output.append(text)
    output.append("\n")
  }

  /// - Parameter hasBody: false in an answer to HEAD, which tells the length all the same.
  static func write(
    to head: inout MessageHead, status: Int, reason: ErrorReason, details: StaticString?, date: HTTPDate,
    hasBody: Bool
  ) {
    let length = UInt64(prefix.utf8CodeUnitCount + (details ?? reason.details).utf8CodeUnitCount + 1)
    head.reset(status: status)
    head.append(.date, date.bytes)
    head.append(.contentType, "text/plain; charset=utf-8")
    head.append(.proxyStatus) { reason.appendProxyStatus(details: details, to: &$0) }
    if hasBody { head.framing = .length(length) } else { head.declaredLength = length }
  }
}
