internal import HTTP
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Frames out, once a turn.
extension HTTP2Downstream: OutputHolder {
  func flushOutput() {
    link.isScheduled = false
    if phase == .closed { return }
    flushFrames()
    if phase == .closed || phase == .lingering { return }
    if link.transport.writeError != 0 { return lost() }
    if let failure = session.failure { return failed(failure) }
    if hasEnded {
      loseStarved()
      watchShut()
    }
    if active == 0, link.isFlushed,
      session.isFinished || phase == .draining && link.transport.hasPeerFinished
    {
      linger()
    }
  }

  /// A client that has finished sending opens no window any more: what its windows do not take now they never will.
  private func loseStarved() {
    guard link.transport.queued == 0 else { return }
    for stream in streams where stream.isStarved { stream.exchange?.downstreamLost() }
  }

  /// Where nothing waits at present, more of the answer may still come, for which there is no window either; or only its
  /// end. That is given as long as a request's head.
  private func watchShut() {
    if deadline == .distantFuture, streams.contains(where: \.isShut) {
      setDeadline(after: worker.timeouts.head)
    }
  }

  func loseShut() {
    for stream in streams where stream.isShut { stream.exchange?.downstreamLost() }
    schedule()
  }

  func forgetStreams() {
    lent = []
    streams = []
    spare = []
    touched = []
    writable = []
  }

  func flushFrames() {
    let sent = link.flush(with: &worker.frames)
    if sent > 0 { worker.metrics.add(.downstreamBytesSent, sent) }
    let refused = session.takeRefusals()
    if refused > 0 { worker.metrics.add(.refusedStreams, refused) }
    while session.deliver(to: self, Span()) {}
    // Of a session that has failed no window is of use; and it may have failed by the bytes that are being handled.
    if session.failure == nil { tellWritable() }
  }
}
