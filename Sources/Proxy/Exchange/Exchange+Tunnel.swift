internal import HTTP
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// After a 101 that was asked for (RFC 9110, section 7.8), or a 2xx to an extended CONNECT (RFC 8441): bytes pass as they are, each direction ends for itself,
/// and neither connection is ever used for anything else.
extension Exchange {
  func switchProtocols() {
    guard isUpgrade, let downstream, let upstream, requestPhase == .complete else {
      let details: StaticString =
        isUpgrade ? "endpoint switched protocols too early" : "endpoint switched protocols unasked"
      return attemptFailedByEndpoint(.upgradeFailed, .protocolErrors, details: details)
    }
    ForwardingRules.removeHopByHop(&response)
    if response.status == 101, handshake == nil, !response.upgradeIsAsked(by: request) {
      let details: StaticString = "endpoint switched to another protocol than was asked for"
      return attemptFailedByEndpoint(.upgradeFailed, .protocolErrors, details: details)
    }
    if let flaw = translateSwitch() {
      return attemptFailedByEndpoint(.upgradeFailed, .protocolErrors, details: flaw)
    }
    answer.status = response.status
    answer.outcome = response.status
    responsePhase = .streaming
    releaseRetryLimit()
    rule?.responseFilters.apply(to: &response)
    downstream.sendHead(response, persistent: true)
    downstream.flush()
    enter(.tunnel)
    worker.metrics.add(.tunnels)
    upstream.becomeTunnel()
    downstream.becomeTunnel()
    armTimer()
  }

  func tunnelReceivedFromDownstream(_ bytes: Span<UInt8>) {
    guard attemptPhase == .tunnel, let upstream else { return }
    upstream.sendBody(bytes)
    upstream.flush()
    if upstream.hasFailed { return endTunnelIfLost() }
    traffic.request.passed(bytes.count)
    times.progress = worker.loop.now
    if upstream.queued > 0 { traffic.request.waits(worker.loop.now) }
  }

  func tunnelReceivedFromUpstream(_ bytes: Span<UInt8>) {
    guard attemptPhase == .tunnel, let downstream else { return }
    downstream.sendBody(bytes)
    downstream.flush()
    if downstream.hasFailed { return endTunnelIfLost() }
    traffic.response.passed(bytes.count)
    times.progress = worker.loop.now
    if downstream.queued > 0 { traffic.response.waits(worker.loop.now) }
  }

  /// The client has finished; the other direction may go on.
  func tunnelDownstreamEnded() {
    tunnelEnds.insert(.downstream)
    upstream?.finishSending()
    endTunnelIfLost()
  }

  func tunnelUpstreamEnded(reset: Bool) {
    if reset { return breakTunnel() }
    tunnelEnds.insert(.upstream)
    downstream?.finishSending()
    endTunnelIfLost()
  }

  /// The endpoint's side has said and taken all, and its connection is gone. The client may still have to take what
  /// there was.
  func tunnelUpstreamGone() {
    upstream = nil
    endTunnelIfDone()
  }

  /// A side that has finished and takes nothing more either is gone: the other one talks to nobody. What the lost
  /// one has said is still delivered.
  private func endTunnelIfLost() {
    let upstreamFailed = upstream?.hasFailed ?? false
    let downstreamFailed = downstream?.hasFailed ?? false
    if upstreamFailed && tunnelEnds.contains(.upstream) { tunnelEnds.insert(.downstream) }
    if downstreamFailed && tunnelEnds.contains(.downstream) { tunnelEnds.insert(.upstream) }
    endTunnelIfDone()
  }

  /// Nothing moved for the idle timeout.
  func tunnelStalled() {
    answer.reason = .idleTimeout
    breakTunnel()
  }

  /// Both directions have ended and everything has been taken: the exchange is over.
  func endTunnelIfDone() {
    guard tunnelEnds == [.downstream, .upstream], upstream?.queued ?? 0 == 0, downstream?.queued ?? 0 == 0
    else {
      return
    }
    closeTunnel()
    finish(keep: false)
  }

  func breakTunnel() {
    closeTunnel()
    let connection = downstream
    finish(keep: false, aborted: true)
    connection?.abort(.cancel, isStuck: false)
  }

  func closeTunnel() {
    let connection = upstream
    upstream = nil
    endAttempt(.success)
    connection?.close()
  }
}

/// Which directions of a tunnel have ended.
struct TunnelEnds: OptionSet {
  let rawValue: UInt8
  static let downstream = TunnelEnds(rawValue: 1)
  static let upstream = TunnelEnds(rawValue: 2)
}
