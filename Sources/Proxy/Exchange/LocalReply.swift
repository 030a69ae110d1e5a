internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// What is answered without an endpoint.
enum LocalAnswer {
  case error(ErrorReason)
  /// A browser asks what a page from elsewhere may do.
  case preflight
}

/// Answers of our own: a status, `Proxy-Status` with the precise reason (RFC 9209), and one line of text that names it.
/// gRPC's clients get a trailers-only response: 200, `grpc-status`, and the text as `grpc-message`.
extension Exchange {
  func reply(_ reason: ErrorReason, details: StaticString? = nil) {
    answer.details = details
    reply(.error(reason))
  }

  /// Answers without an endpoint. While the client's body is still in this read the reply waits for its end, so
  /// that the connection can be kept.
  func reply(_ local: LocalAnswer) {
    releaseRequestLimit()
    if requestPhase == .body, downstream?.isDecoding ?? false, !request.expectsContinue {
      pendingReply = local
    } else {
      replyNow(local)
    }
  }

  func replyNow(_ local: LocalAnswer) {
    switch local {
    case .error(let reason): replyNow(reason, details: answer.details)
    case .preflight: answerPreflight()
    }
  }

  /// - Parameters:
  ///   - details: more precise than the reason's own text.
  ///   - status: instead of the reason's own.
  func replyNow(_ reason: ErrorReason, details: StaticString? = nil, status: Int? = nil) {
    if downstream == nil { return }
    let text = details ?? reason.details
    answer.reason = reason
    answer.details = details
    answer.outcome = status ?? reason.status
    // A head that was refused has not been looked at.
    let kind = grpc == .none ? GRPCKind(request) : grpc
    let hasBody = kind == .none && request.method != .head
    if kind == .none {
      LocalReply.write(to: &response, status: answer.outcome, text, hasBody: hasBody)
    } else {
      let reset = reason == .upstreamStreamReset ? attempts.reset : nil
      let code = reset.map(GRPCCode.init(reset:)) ?? reason.grpcCode
      answer.grpc = code
      LocalReply.write(to: &response, code, kind, text)
    }
    if reason == .tokenMissing || reason == .tokenInvalid { appendChallenge(reason, text) }
    response.append(.proxyStatus) { field in
      if reason == .accessDenied {
        appendDenial(to: &field)
      } else {
        reason.appendProxyStatus(details: details, to: &field)
      }
    }
    applyCORS()
    sendReply(hasBody ? text : nil)
  }

  /// Sends the head in `response`, and a line of text.
  func sendReply(_ text: StaticString?) {
    guard let downstream else { return }
    releaseRequestLimit()
    pendingReply = nil
    answer.status = response.status
    answer.keepsConnection = mayKeepConnection
    addDate()
    downstream.sendHead(response, persistent: answer.keepsConnection)
    if let text { sendText(text) }
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
  static func write(to head: inout MessageHead, status: Int, _ text: StaticString, hasBody: Bool) {
    let length = UInt64(prefix.utf8CodeUnitCount + text.utf8CodeUnitCount + 1)
    head.reset(status: status)
    head.append(.contentType, "text/plain; charset=utf-8")
    if hasBody { head.framing = .length(length) } else { head.declaredLength = length }
  }

  static func write(to head: inout MessageHead, _ code: GRPCCode, _ kind: GRPCKind, _ text: StaticString) {
    head.reset(grpc: code, kind: kind, message: text.bytes)
  }
}
