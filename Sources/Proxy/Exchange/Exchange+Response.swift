internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// What the endpoint's connection tells.
extension Exchange {
  /// A 1xx: passed on to a client that understands it (RFC 9110, section 15.2), within a bound.
  func informationalReceived() {
    attempts.anyResponseByte = true
    ForwardingRules.removeHopByHop(&response)
    downstream?.sendInformational(response)
    if response.status == 100 {
      request.expectsContinue = false
      noteWaitForBody()
    }
    response.clear()
  }

  /// The final head: try again elsewhere, or begin to answer.
  func responseHeadReceived() {
    attempts.anyResponseByte = true
    attempts.status = response.status
    let now = worker.loop.now
    times.progress = now
    $pool { metrics.endpointAnswered($0.endpoint.index, nanoseconds: (now - times.phase).nanoseconds) }
    if response.status == 101 || isUpgrade && opensTunnel { return switchProtocols() }
    if response.status >= 400, rule?.retry != nil {
      let outcome = AttemptOutcome.response(status: response.status, retryAfter: RetryAfter.read(response))
      if followUp(outcome, .success(of: response.status)) { return }
    }
    if grpc != .none, callHeadReceived() { return }
    beginAnswer()
  }

  /// The client gets this answer: its head goes out.
  func beginAnswer() {
    attempts.holdsHead = false
    releaseRetryLimit()
    responsePhase = .streaming
    answer.status = response.status
    answer.outcome = response.status
    if translatesCall { web?.responseHead(&response) }
    response.framing = response.framing.forwarded(to: request.version)
    if response.version == .http2 { tellEmptyBody() }
    // It says what the client should have asked for (RFC 9110, section 15.5.22).
    response.upgrade = response.status == 426 && request.version == .http11
    ForwardingRules.removeHopByHop(&response)
    if response.index(of: .date) == nil { addDate() }
    $rule { if $0.filtersResponses { $0.responseFilters.apply(to: &response) } }
    applyCORS()
    answer.keepsConnection = mayKeepConnection && response.framing != .untilClose
    $downstream { $0.sendHead(response, persistent: answer.keepsConnection) }
  }

  /// A stream that ends with its head has no body; HTTP/1 must be told so, or it would read to the connection's end.
  private func tellEmptyBody() {
    guard response.framing == .none, request.version != .http2, request.method != .head,
      response.status != 204, response.status != 304
    else { return }
    response.framing = .length(0)
  }

  /// A recipient with a clock says when it got what came without a date (RFC 9110, section 6.6.1).
  func addDate() {
    let date = worker.httpDate()
    response.append(.date, date.bytes)
  }

  func responseBodyReceived(_ bytes: Span<UInt8>) {
    if $downstream.isNil { return }
    traffic.response.passed(bytes.count)
    times.progress = worker.loop.now
    if attempts.holdsHead { beginAnswer() }
    if !translatesCall { $downstream { $0.sendBody(bytes) } } else { webResponseBodyReceived(bytes) }
  }

  /// All bytes of this read are used, and the answer is not complete.
  func responsePaused() {
    guard responsePhase == .streaming else { return }
    $downstream { downstream in
      downstream.flush()
      if downstream.queued > 0 { traffic.response.waits(worker.loop.now) }
      if downstream.hasFailed { return downstreamLost() }
      if downstream.queued > 0 { armTimer() }
    }
  }

  /// The answer is complete. `clean`: nothing stood behind it, so the connection can serve again.
  func responseEnded(clean: Bool) {
    if grpc != .none, callEnded() { return }
    if translatesCall, !isWebResponseWhole() { return }
    if $downstream({ answerEnded(for: $0, clean: clean) }) == nil { leaveUpstream(clean: clean) }
  }

  private func answerEnded(for downstream: any DownstreamStream, clean: Bool) {
    downstream.sendEnd(trailers: responseTrailers)
    if answer.keepsConnection { downstream.flushLater() } else { downstream.flush() }
    leaveUpstream(clean: clean)
    if $downstream.isNil { return }
    if downstream.hasFailed { return downstreamLost() }
    if downstream.queued > 0 {
      responsePhase = .flushing
      return armTimer()
    }
    finish(for: downstream, keep: answer.keepsConnection)
  }

  /// Bytes that may wait for a client without a place among the service's requests. More count as if they were still with the
  /// endpoint: it is this limit that bounds what all clients together have us hold.
  private static let smallRest = 8 << 10

  private func leaveUpstream(clean: Bool) {
    let connection = $upstream
    upstream = nil
    // An answer before the request's end leaves half a request on the connection.
    let reusable = clean && requestPhase == .complete && response.persistent
    endAttempt(.success(of: answer.outcome))
    if $downstream({ $0.queued }) ?? 0 <= Self.smallRest { releaseRequestLimit() }
    connection { $0.detach(reusable: reusable) }
  }

  /// Not HTTP, or HTTP that cannot be believed.
  func responseMalformed(_ error: HTTPError) {
    attempts.anyResponseByte = true
    worker.metrics.add(refused: error, upstream: true)
    attemptFailedByEndpoint(ErrorReason(response: error), .protocolErrors, details: error.reason)
  }

  /// The connection ended before the answer did.
  /// - Parameter failure: TLS, where that is what broke.
  func upstreamLost(reset: Bool, _ failure: TLSFailure? = nil, details: StaticString? = nil) {
    let details = failure?.text ?? details
    if responsePhase != .none {
      return attemptFailedByEndpoint(.upstreamTruncated, .truncated, details: details)
    }
    let stale =
      attempts.onReusedConnection && !attempts.anyResponseByte && !(upstream?.hasPartOfHead ?? false)
    // A FIN tells, in its acknowledgement, all that the endpoint can ever have read. A reset does not: what the
    // endpoint had read may not have been acknowledged yet.
    let wasSent = attempts.sentRequest && (reset || !(upstream?.hasDeliveredNothing ?? false))
    loseUpstream()
    if !stale { count(.resets) }
    attemptFailed(
      stale ? .staleConnection : .reset, wasSent: wasSent,
      failure.map { ErrorReason($0) } ?? (reset ? .upstreamReset : .upstreamClosed), details: details)
  }

  /// The stream was given up, and only that: its connection is none that had grown stale.
  /// - Parameter frame: the code of the endpoint's RST_STREAM; nil where we had to reset the stream ourselves.
  func upstreamReset(_ code: HTTP2ErrorCode, by frame: UInt32?) {
    attempts.reset = code
    if let frame {
      answerLost(.upstreamStreamReset, details: ErrorReason.details(ofReset: frame))
    } else {
      answerLost(code == .internalError ? .internalError : .upstreamProtocolError)
    }
  }

  /// The endpoint has sent what ended its whole connection of HTTP/2.
  func upstreamBroke(_ fault: HTTP2ConnectionError) {
    answerLost(.upstreamProtocolError, details: fault.text)
  }

  private func answerLost(_ reason: ErrorReason, details: StaticString? = nil) {
    if responsePhase != .none {
      return attemptFailedByEndpoint(.upstreamTruncated, .truncated, details: details)
    }
    loseUpstream()
    count(.resets)
    attemptFailed(.reset, wasSent: attempts.sentRequest, reason, details: details)
  }

  /// The endpoint took nothing of the request (REFUSED_STREAM, a GOAWAY that came before it: RFC 9113, section 8.7),
  /// so it may go elsewhere, whatever its method.
  /// - Parameter byReset: the stream was refused, not the connection ended.
  func upstreamRefused(byReset: Bool, details: StaticString? = nil) {
    if responsePhase != .none { return upstreamLost(reset: true) }
    if byReset { attempts.reset = .refusedStream }
    // Whoever refuses one may refuse the next.
    if let endpoint = pool?.endpoint { attempts.failed.insert(endpoint.index) }
    loseUpstream()
    // Once at once and without a word; then as the rule's policy has it.
    attemptFailed(
      attempts.staleReplays == 0 ? .staleConnection : .refused, wasSent: false,
      byReset ? .upstreamStreamReset : .upstreamGoAway,
      details: byReset ? ErrorReason.details(ofReset: HTTP2ErrorCode.refusedStream.rawValue) : details)
  }

  /// The answer broke off or was nonsense: the client sees a broken one, or a 502 if it has seen nothing yet.
  func attemptFailedByEndpoint(_ reason: ErrorReason, _ counter: ServiceCounter, details: StaticString? = nil)
  {
    count(counter)
    loseUpstream()
    if responsePhase == .none || takesAnswerBack() { return attemptFailed(.reset, reason, details: details) }
    endAttempt(.failure)
    answer.reason = reason
    answer.details = details
    breakOff()
  }

  /// Nonsense right behind a good head: as long as nothing of the answer has left, the client need not see a broken one.
  private func takesAnswerBack() -> Bool {
    guard responsePhase == .streaming, !translatesCall, $downstream({ $0.takeBack() }) ?? false else {
      return false
    }
    responsePhase = .none
    answer.status = 0
    answer.outcome = 0
    traffic.response = Flow()
    response.clear()
    responseTrailers.clear()
    return true
  }

  /// Part of an answer has gone out and the rest will not come: the client is told so.
  func breakOff(_ verdict: Verdict = .failure) {
    abandonAttempt(verdict)
    let connection = downstream
    let code = resetCode
    finish(keep: false, aborted: true)
    connection?.abort(code, isStuck: false)
  }

  /// What the client is told when its answer breaks off: the endpoint's own word where that is about the request, not
  /// about the hop to it.
  var resetCode: HTTP2ErrorCode {
    switch attempts.reset {
    case .cancel, .enhanceYourCalm: attempts.reset ?? .cancel
    default: answer.reason == .requestTimeout ? .cancel : .internalError
    }
  }

  /// Whether the client's connection can go on after this answer, as far as is known when its head goes out.
  var mayKeepConnection: Bool {
    requestPhase == .complete && request.persistent && !($downstream { $0.isLeaving } ?? true)
  }
}

extension Exchange.Verdict {
  /// 5xx answers are the endpoint's failures.
  static func success(of status: Int) -> Self { status >= 500 ? .failure : .success }
}
