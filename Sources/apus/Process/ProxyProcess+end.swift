internal import Admin
internal import Glibc
internal import Mesh
internal import Policy
internal import Primitives
internal import Proxy
internal import Reactor
internal import Telemetry

extension ProxyProcess {
  /// Begins the drain, as the first signal does.
  func drain() {
    guard phase == .serving else { return }
    // Whoever is about to take over goes on alone.
    beginDrain(as: .draining, leavingTo: takeover?.end())
  }

  /// - Parameter successor: a process that goes on with sockets of this one.
  func beginDrain(as phase: ProcessStatus.Phase, leavingTo successor: Successor? = nil) {
    self.phase = phase
    let limit = server.snapshot.settings.timeouts.drain
    Log.info(
      "draining", ["exchanges": LogValue(server.activeExchanges), "limit": .string("\(limit.seconds)s")])
    if limit > .zero { _ = loop.schedule(at: loop.now + limit, Self.drainToken.raw) } else { drainEnded() }
    // Nobody is to be led here any more before connections are refused.
    let go = { [unowned self] in
      drainBegan()
      server.drain(leaving: successor?.places ?? [])
      server.whenDrained(loop.remote)
    }
    if let successor { leave(to: successor, then: go) } else { registrar.withdraw(then: go) }
  }

  func drainEnded() {
    guard phase == .draining || phase == .handedOver, exitStatus == nil else { return }
    if server.isDrained {
      Log.info("drained")
    } else {
      Log.warning("drain: time is up, cutting off", ["exchanges": LogValue(server.activeExchanges)])
    }
    exitStatus = 0
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
