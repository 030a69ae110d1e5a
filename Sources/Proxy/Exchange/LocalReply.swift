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
    let isHead = request.method == .head
    LocalReply.append(
      status: status, reason: reason, details: details, date: worker.httpDate(),
      keepAlive: answer.keepsConnection,
      sendsBody: !isHead, version: request.version, to: &worker.toDownstream)
    if !isHead { traffic.response.passed(LocalReply.bodyLength(status: status, text: text)) }
    worker.toDownstream.withBytes { downstream.send($0) }
    worker.toDownstream.clear()
    if downstream.queued > 0 {
      // Like any answer: the next request waits until this one has been taken, or a pipeline would pile them up.
      responsePhase = .flushing
      times.progress = worker.loop.now
      return armTimer()
    }
    finish(keep: answer.keepsConnection)
  }
}

enum LocalReply {
  private static let prefix: StaticString = "apus: "

  static func bodyLength(status: Int, text: StaticString) -> Int {
    prefix.utf8CodeUnitCount + text.utf8CodeUnitCount + 1
  }

  static func append(
    status: Int, reason: ErrorReason, details: StaticString?, date: HTTPDate, keepAlive: Bool,
    sendsBody: Bool,
    version: HTTPVersion, to output: inout ByteBuffer
  ) {
    let text = details ?? reason.details
    output.append("HTTP/1.1 ")
    output.append(decimal: UInt64(status))
    output.append(" ")
    output.append(StatusReason.phrase(status))
    output.append("\r\nDate: ")
    output.append(date.bytes)
    output.append("\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ")
    output.append(decimal: UInt64(bodyLength(status: status, text: text)))
    output.append("\r\nProxy-Status: ")
    reason.appendProxyStatus(details: details, to: &output)
    if !keepAlive {
      output.append("\r\nConnection: close")
    } else if version == .http10 {
      output.append("\r\nConnection: keep-alive")
    }
    output.append("\r\n\r\n")
    guard sendsBody else { return }
    output.append(prefix)
    output.append(text)
    output.append("\n")
  }
}
