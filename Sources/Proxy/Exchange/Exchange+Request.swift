internal import HTTP
internal import Identity
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// What the client's connection tells.
extension Exchange {
  /// The head is whole and well-formed: find out where it goes, and begin to send it there.
  func requestHeadReceived() {
    requestPhase = .body
    if !request.connectProtocol.isEmpty {
      // What follows an extended CONNECT is the tunnel's.
      requestPhase = .complete
      times.requestEnd = worker.loop.now
    }
    grpc = GRPCKind(request)
    do throws(HTTPError) {
      if let refusal = try RequestPipeline.run(self) {
        noteTrace()
        return reply(refusal)
      }
      startAttempt()
    } catch {
      noteTrace()
      requestMalformed(error)
    }
  }

  /// A request that goes nowhere has its place in a trace all the same: for its span, and for the access log.
  private func noteTrace() {
    trace.note(request, sampler: worker.sampler, random: &worker.random)
  }

  func requestBodyReceived(_ bytes: Span<UInt8>) {
    traffic.request.passed(bytes.count)
    times.progress = worker.loop.now
    // It does not wait to be told.
    if request.expectsContinue { request.expectsContinue = false }
    bodyRate.received(bytes.count, worker.bodyRate, worker.loop.now)
    switch attemptPhase {
    case .active:
      keepForReplay(bytes)
      if !translatesCall { $upstream { $0.sendBody(bytes) } } else { sendWebRequestBody(bytes) }
    case .queued, .connecting, .backingOff:
      body.append(bytes)
    case .none, .tunnel: break
    }
  }

  /// All bytes of this read are used, and the request is not complete.
  func requestPaused() {
    if let pendingReply { return replyNow(pendingReply) }
    if attemptPhase == .active {
      $upstream { upstream in
        upstream.flush()
        if upstream.queued > 0 { traffic.request.waits(worker.loop.now) }
      }
    }
    armTimer()
  }

  func requestEnded() {
    requestPhase = .complete
    times.requestEnd = worker.loop.now
    if !requestTrailers.fields.isEmpty { dropForgedTrailers() }
    if let pendingReply { return replyNow(pendingReply) }
    if attemptPhase == .active {
      if translatesCall, !isWebRequestWhole() { return }
      $upstream { upstream in
        upstream.sendEnd(trailers: requestTrailers)
        upstream.flushLater()
      }
    }
    armTimer()
  }

  /// What only the proxy and a token say in the head they say in the trailers as well: nothing.
  private func dropForgedTrailers() {
    requestTrailers.removeOwnTrailers()
    for name in tokens?.ownedHeaders ?? [] { requestTrailers.removeLike(name.span) }
  }

  /// The client's bytes are no HTTP. Nothing more of them is believed.
  func requestMalformed(_ error: HTTPError) {
    worker.metrics.add(refused: error, upstream: false)
    refuseRequest(ErrorReason(request: error), details: error.reason, status: error.status)
  }

  /// What comes of the request cannot be used, wherever the exchange is.
  func refuseRequest(_ reason: ErrorReason, details: StaticString, status: Int? = nil) {
    if responsePhase == .streaming {
      // The answer to a request whose body turned out to be broken cannot be trusted to match it.
      answer.reason = .malformedRequest
      return breakOff(.unknown)
    }
    if responsePhase == .flushing {
      // The one answer that there is has gone out whole; nothing follows it.
      answer.keepsConnection = false
      return
    }
    abandonAttempt(.unknown)
    request.persistent = false
    replyNow(reason, details: details, status: status)
  }

  /// The head did not come whole in time, or there is no room for it.
  func refuseUnread(_ reason: ErrorReason) { replyNow(reason) }

  /// The client is gone, or cut off: nobody gets an answer. One of our own that was under way keeps its reason.
  /// - Parameter details: more precise than the reason's own text.
  func downstreamLost(_ reason: ErrorReason = .downstreamLeft, details: StaticString? = nil) {
    if answer.reason == .none {
      answer.reason = reason
      answer.details = details
    }
    if attemptPhase == .tunnel { return breakTunnel() }
    abandonAttempt(.unknown)
    let connection = downstream
    finish(keep: false, aborted: true)
    connection?.abort(.cancel, isStuck: reason == .downstreamStalled)
  }
}
