internal import Primitives
internal import Reactor

/// What the loop tells: its turn, and the time.
extension ClientCall {
  /// What was held goes to the receiver.
  func ready() {
    if phase == .waiting {
      if attempts == 0 { begin() }
      return
    }
    if wasResumed, !isPaused {
      wasResumed = false
      receiver?.resumed(self)
    }
    var delivered = 0
    if phase != .over, !isPaused, !held.isEmpty {
      // Taken out while it is looked at.
      var bytes = ByteBuffer()
      swap(&bytes, &held)
      delivered = bytes.count
      moveStage()
      receiver?.bodyReceived(bytes.bytes, of: self)
    }
    guard phase != .over, !isPaused else {
      if delivered > 0 { carrier?.proceed(self, delivered: delivered) }
      return
    }
    if heldEnd { return complete() }
    carrier?.proceed(self, delivered: delivered)
  }

  func timerFired() {
    timerAt = .distantFuture
    guard phase != .over else { return }
    let now = client.loop.now
    if end <= now { return fail(.timedOut(.whole)) }
    if stageEnd <= now { return fail(.timedOut(phase == .sent ? .head : .body)) }
    arm()
  }

  func setStage(_ bound: Interval) {
    stageEnd = client.loop.now.deadline(after: bound)
    arm()
  }

  /// A sign of life. The timer notices when it fires.
  func moveStage() {
    stageEnd = client.loop.now.deadline(after: isPaused ? .zero : request.bodyTimeout)
  }

  func arm() {
    let next = min(end, stageEnd)
    guard next < timerAt else { return }
    if timerAt != .distantFuture { client.loop.cancel(timer) }
    timer = client.loop.schedule(at: next, token.raw)
    timerAt = next
  }
}
