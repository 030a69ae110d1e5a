internal import HTTP
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
    if let failure = link.session.failure { return failed(failure) }
    if active == 0, link.isFlushed,
      link.session.isFinished || phase == .draining && link.transport.hasPeerFinished
    {
      linger()
    }
  }

  func flushFrames() {
    let sent = link.flush(with: &worker.frames)
    if sent > 0 { worker.metrics.add(.downstreamBytesSent, sent) }
    while let event = link.session.next() { handle(event, Span()) }
    tellWritable()
  }
}
