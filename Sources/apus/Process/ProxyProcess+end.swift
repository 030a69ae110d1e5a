internal import Admin
internal import Glibc
internal import Mesh
internal import Policy
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

extension ProxyProcess {
  /// What is not the drain itself: a registration is taken back before it, and the process ends after it.
  private static var graceOfEnd: Interval { .seconds(5) }

  /// Begins the drain, as the first signal does.
  func drain() {
    guard phase == .serving else { return }
    // Whoever is about to take over goes on alone.
    beginDrain(as: .draining, leavingTo: takeover?.end())
  }

  /// - Parameter successor: a process that goes on with sockets of this one.
  func beginDrain(as phase: ProcessStatus.Phase, leavingTo successor: Successor? = nil) {
    self.phase = phase
    // The application goes on by the successor's listeners.
    let hasOutbound = successor == nil && server.snapshot.listeners.contains { $0.direction == .outbound }
    let sequence = DrainSequence(hasOutbound: hasOutbound)
    drains = sequence
    let limit = server.snapshot.settings.timeouts.drain
    Log.info(
      "draining",
      [
        "exchanges": LogValue(server.activeExchanges), "limit": .string("\(limit.seconds)s"),
        "first": hasOutbound ? "inbound" : .absent,
      ])
    if let successor {
      serviceManager.tell(.mainProcess(successor.process))
    } else if limit == .zero {
      serviceManager.tell(.stopping)
    } else {
      serviceManager.tell(.stopping, .extending(limit + Self.graceOfEnd))
    }
    if limit == .zero { return end() }
    drainTimer = loop.schedule(at: loop.now + limit, Self.drainToken.raw)
    // Nobody is to be led here any more before connections are refused.
    let go = { [unowned self] in
      drainBegan()
      server.drain(sequence.scope, leaving: successor?.places ?? [])
      server.whenDrained(loop.remote)
    }
    if let successor { leave(to: successor, then: go) } else { registrar.withdraw(then: go) }
  }

  /// Somebody has drained, or time is up.
  func lookAtDrain(isTimeUp: Bool = false) {
    guard let scope = drains?.scope, exitStatus == nil else { return }
    guard isTimeUp || server.isDrained(scope) else { return }
    switch drains?.finished(scope) {
    case .drainAll?:
      Log.info(
        isTimeUp ? "drain: time is up for what comes in" : "what comes in has drained",
        ["exchanges": LogValue(server.activeExchanges)])
      loop.cancel(drainTimer)
      let limit = server.snapshot.settings.timeouts.drain
      serviceManager.tell(.extending(limit + Self.graceOfEnd))
      drainTimer = loop.schedule(at: loop.now + limit, Self.drainToken.raw)
      server.drain()
    case .end?: end()
    case nil: break
    }
  }

  private func end() {
    if server.isDrained {
      Log.info("drained")
    } else {
      Log.warning("drain: time is up, cutting off", ["exchanges": LogValue(server.activeExchanges)])
    }
    exitStatus = statusOfDrain
  }

  func signalled(_ number: Int32) {
    if number == SIGUSR1 {
      accessLog?.writer.reopen()
      return Log.info("access log opened anew")
    }
    if number == SIGHUP {
      Log.info("signal", ["name": "SIGHUP"])
      if phase == .starting {
        hasMissedReload = true
        return Log.info("the configuration is loaded anew once its sources have answered")
      }
      if reloadConfiguration() == nil {
        Log.warning(
          "the configuration did not come from a file that could be read again, or the process is ending or being taken over"
        )
      }
      return
    }
    let name = number == SIGINT ? "SIGINT" : "SIGTERM"
    if phase == .serving {
      Log.info("signal", ["name": .string(name)])
      return drain()
    }
    if phase == .starting, exitStatus == nil {
      Log.info("signal", ["name": .string(name)])
      exitStatus = 0
      return
    }
    if phase == .handedOver {
      phase = .draining
      return Log.info(
        "signal: draining already, since another process has taken over", ["name": .string(name)])
    }
    Log.warning(
      "second signal: ending at once", ["name": .string(name), "exchanges": LogValue(server.activeExchanges)])
    exitStatus = 128 + number
  }
}
