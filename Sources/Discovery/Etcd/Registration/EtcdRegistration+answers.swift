internal import Mesh
internal import Primitives
internal import Protobuf
internal import Reactor
internal import Telemetry

/// What etcd answers, and the step that follows.
extension EtcdRegistration {
  func take(_ bytes: [UInt8]) throws(ProtobufFault) {
    switch step {
    case .grant: granted(try EtcdLease(bytes))
    case .claim: claimed(try EtcdClaimResponse(bytes))
    case .keepAlive: kept(try EtcdLease(bytes))
    }
  }

  private func granted(_ lease: EtcdLease) {
    guard lease.id != 0, lease.seconds > 0 else { return failed(.garbage("a lease without a time")) }
    self.lease = lease
    go(.claim(expected: 0))
  }

  private func claimed(_ answer: EtcdClaimResponse) {
    if answer.isWritten {
      state.writes += 1
      return registered(anew: true)
    }
    // It has gone since.
    guard let present = answer.present else { return claimAgain(expected: 0) }
    // Nobody has written it since we did.
    if let lease, present.lease == lease.id { return registered(anew: false) }
    if isOurs(present) { return claimAgain(expected: present.modified) }
    pace.succeeded()
    vainClaims = 0
    let isNews = state.phase != .taken
    state.phase = .taken
    let stays = present.lease == 0 ? ", which has no lease and stays until somebody deletes it" : ""
    state.fault = "the key is another's\(stays)"
    if isNews { Log.warning("not registered in etcd: the key is another's", fields(state.fault)) }
    // Our lease lives on meanwhile, and the key may be free by then.
    go(.keepAlive, after: third)
  }

  /// At once, since the key is other than was thought; later where that goes on.
  private func claimAgain(expected: Int64) {
    vainClaims += 1
    guard vainClaims >= Self.mostVainClaims else { return go(.claim(expected: expected)) }
    vainClaims = 0
    failed(
      EtcdFailure(.unavailable, "etcd neither writes the key nor has it otherwise than it was to be"))
  }

  private func registered(anew: Bool) {
    pace.succeeded()
    vainClaims = 0
    if anew, state.phase == .registered {
      Log.warning(
        "the registration in etcd was deleted or overwritten by somebody: it is there again", fields())
    } else if state.phase != .registered {
      Log.info("registered in etcd", fields())
    }
    state.phase = .registered
    state.fault = nil
    takeFormerBack()
    go(.keepAlive, after: third)
  }

  /// Nobody misses it any more.
  private func takeFormerBack() {
    for hold in former {
      hold.end { [weak self] failure in
        guard let self, let failure else { return }
        Log.warning(
          "the former registration in etcd could not be withdrawn: it ends with its lease",
          fields(failure.reason))
      }
    }
    former = []
  }

  private func kept(_ lease: EtcdLease) {
    pace.succeeded()
    guard lease.seconds > 0 else {
      if state.phase == .registered {
        Log.warning("etcd has ended this process's lease: it registers again", fields())
        state.phase = .registering
      }
      return go(.grant)
    }
    if state.phase == .registered {
      if state.fault != nil { Log.info("the registration in etcd can be kept again", fields()) }
      state.fault = nil
    }
    go(.claim(expected: 0))
  }

  func failed(_ failure: EtcdFailure) {
    state.failures += 1
    if !failure.leavesOthers { pace.failed(loop.now, &random) }
    if state.fault == nil || state.phase == .taken, failure.kind != .noLease {
      Log.warning(
        "etcd does not take the registration as it should, it is tried again", fields(failure.reason))
    }
    state.fault = failure.reason
    if state.phase == .taken { state.phase = .registering }
    let delay = failure.leavesOthers ? .zero : (pace.next ?? loop.now) - loop.now
    if failure.kind == .noLease {
      state.phase = .registering
      go(.grant, after: delay)
    } else {
      go(again, after: delay)
    }
  }

  /// A claim whose answer was lost may have been carried out: then the key is ours, and is claimed once more. One that is
  /// ours already has a lease to be kept first.
  private var again: Step {
    guard case .claim = step else { return step }
    return state.phase == .registered ? .keepAlive : .claim(expected: 0)
  }

  private var third: Interval {
    // What etcd has granted may be more than what was asked for.
    let granted = lease.map { Interval.seconds($0.seconds) } ?? settings.lifetime
    let lifetime = min(granted, max(settings.lifetime, Self.longestLease))
    return Interval(nanoseconds: lifetime.nanoseconds / 3)
  }

  private func isOurs(_ pair: EtcdKeyValue) -> Bool {
    former.contains { $0.lease.id == pair.lease }
      || (try? EtcdEndpointValue.read(pair.value))?.address == settings.address
  }
}
