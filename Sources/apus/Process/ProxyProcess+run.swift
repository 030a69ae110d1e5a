internal import Admin
internal import CLinux
internal import Client
internal import Discovery
internal import LocalServer
internal import Mesh
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

extension ProxyProcess {
  /// For what reads the access log to take its end.
  private static let lastWords = Interval.seconds(1)

  /// Serves until the end. Returns the exit status.
  func run() throws(StartError) -> Int32 {
    updates.recall(server.snapshot.settings)
    updates.adopt(server.snapshot)
    if reloading != nil { centre.follow(server.snapshot.settings, having: reloading?.used) }
    if !updates.discovery.isComplete { awaitSources() }
    while true {
      if phase == .starting, exitStatus == nil, updates.discovery.isComplete || isLate { try serve() }
      if let exitStatus {
        server.stop()
        server.join()
        admin?.close()
        keySetFetches.stop()
        updates.stop()
        keeper.again()
        centre.stop()
        control.client.close()
        if accessLog?.writer.stop(within: Self.lastWords) == false {
          Log.warning("the end of the access log could not be written")
        }
        countLastLost()
        return exitStatus
      }
      control.turn()
      lookAtWait()
    }
  }

  /// The workers that counted lost lines have ended before the last ones were written.
  private func countLastLost() {
    guard let lost = accessLog?.writer.takeLost(), lost > 0 else { return }
    Log.warning("the last lines of the access log are lost", ["lines": LogValue(lost)])
  }
}

extension ProxyProcess: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) {
    guard token == ControlLoop.signalToken else { return }
    while let number = control.signals.next() { signalled(number) }
  }

  func timerFired(_ payload: UInt64) {
    if payload == Self.drainToken.raw { lookAtDrain(isTimeUp: true) }
    if payload == Self.lateToken.raw { isLate = true }
    if payload == Self.keepToken.raw { keeper.again() }
    if payload == Self.waitToken.raw { lookAtWait(isTimeUp: true) }
  }

  func woken() {
    lookAtDrain()
    if server.takeMemoryFreed() { clinux_return_free_memory() }
    _ = server.settle()
  }

  func turnEnded() {}
}
