internal import HTTP
internal import Identity
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Who may do what: the listener's rules are asked first, then the route's. Both must let a request pass.
extension Exchange {
  func isAuthorized(
    _ downstream: any DownstreamStream, by listener: AuthorizationPolicy?, _ route: AuthorizationPolicy?
  ) -> Bool {
    let caller = AuthorizationCaller(
      identity: downstream.client?.identity, address: downstream.peer, token: bearer)
    if let listener, !passes(listener, caller) { return false }
    if let route, !passes(route, caller) { return false }
    return true
  }

  private func passes(_ policy: AuthorizationPolicy, _ caller: borrowing AuthorizationCaller) -> Bool {
    let verdict = policy.judge(request, from: caller, scratch: &worker.matchScratch)
    metrics.decided(verdict)
    // What a dry run found is not hidden by what the next policy says.
    if verdict.decision == .denied || authorization?.decision != .wouldDeny { authorization = verdict }
    if verdict.decision == .wouldDeny { note(verdict, policy, caller) }
    return verdict.decision != .denied
  }

  /// Ten seconds a worker lie between two lines; the counters and the access log have every one.
  private func note(
    _ verdict: AuthorizationVerdict, _ policy: AuthorizationPolicy, _ caller: borrowing AuthorizationCaller
  ) {
    guard let held = worker.dryRunNotes.admit(now: worker.loop.now) else { return }
    Log.warning(
      "dry run: a request would be denied",
      [
        "scope": .string(policy.scope.rawValue), "name": .string(policy.name),
        "rule": .string(policy.rule(of: verdict)?.name ?? ""),
        "identity": .string(caller.identity?.name ?? ""), "peer": .string(caller.address.host),
        "more": LogValue(unlessZero: held),
      ])
  }

  /// `Proxy-Status` with the rule's name, whose bytes need no escapes.
  func appendDenial(to field: inout ByteBuffer) {
    worker.layout.withAuthorizationRule(authorization?.slot ?? -1) { name in
      let nobody: StaticString = "no rule allows it"
      ErrorReason.accessDenied.appendProxyStatus(details: name.isEmpty ? nobody.bytes : name, to: &field)
    }
  }
}
