internal import Client
internal import HTTP
internal import Primitives
internal import Protobuf
internal import Reactor

/// The stream of watches.
extension EtcdWatch {
  /// Has everything watched that is listed.
  func watchListed() {
    guard !unwatched.isEmpty else { return }
    switch stream {
    case .opening: return
    case .none:
      stream = .opening
      etcd.open(EtcdWatchRequest.method, for: self) { [weak self] result in self?.opened(result) }
    case .open(let call, _):
      let all = unwatched
      unwatched = []
      for track in all where !track.isGone && track.phase == .listed {
        track.phase = .asked
        asked.append(track)
        call.send(EtcdWatchRequest.create(track.subject.range, from: track.next).bytes)
      }
    }
  }

  private func opened(_ result: Result<GRPCCall, EtcdFailure>) {
    switch result {
    case .success(let call):
      guard !isStopped, case .opening = stream else { return call.cancel() }
      stream = .open(call, since: loop.now)
      watchListed()
    case .failure(let failure):
      guard !isStopped, case .opening = stream else { return }
      stream = .none
      rest(failure)
      wake()
    }
  }

  func unwatch(_ id: Int64) {
    watched[id] = nil
    if case .open(let call, _) = stream { call.send(EtcdWatchRequest.cancel(id).bytes) }
  }

  /// What was watched is to be watched anew.
  /// - Parameter isListing: where it went on it would hear the same again: it is listed first.
  func dropStream(isListing: Bool = false) {
    if case .open(let call, _) = stream { call.cancel() }
    stream = .none
    for track in watched.values.map({ $0 }) + asked[answeredAsks...] where !track.isGone {
      if isListing {
        enqueue(track)
      } else {
        track.phase = .listed
        unwatched.append(track)
      }
    }
    watched = [:]
    asked = []
    answeredAsks = 0
    unsettle()
  }

  // MARK: Answers

  private func take(_ response: EtcdWatchResponse) -> EtcdFailure? {
    guard isSameStore(response.header) else { return nil }
    if response.isCreated { return created(response) }
    guard let track = watched[response.id] else { return nil }
    if response.isCancelled || response.compacted > 0 {
      watched[response.id] = nil
      cancelled(track, response)
    } else {
      track.take(response)
    }
    return nil
  }

  private func created(_ response: EtcdWatchResponse) -> EtcdFailure? {
    guard answeredAsks < asked.count else { return .garbage("it tells of a watch that nobody asked for") }
    let track = asked[answeredAsks]
    answeredAsks += 1
    if answeredAsks == asked.count {
      asked = []
      answeredAsks = 0
    }
    if response.isCancelled || response.compacted > 0 {
      if response.compacted == 0 { etcd.renewToken() }
      if !track.isGone { cancelled(track, response) }
      // Its token has expired, maybe: a stream keeps the one that it began with.
      if response.compacted == 0, etcd.hasCredentials { dropStream() }
    } else if track.isGone {
      unwatch(response.id)
    } else if response.header.revision + 1 < track.next, !track.isDoubted {
      // Either this member is behind the others, or the store was set back to what it once was: a list tells.
      track.isDoubted = true
      unwatch(response.id)
      unsettle()
      enqueue(track)
    } else {
      track.isDoubted = false
      track.phase = .watched(response.id)
      watched[response.id] = track
    }
    return nil
  }

  private func cancelled(_ track: EtcdTrack, _ response: EtcdWatchResponse) {
    unsettle()
    if response.compacted > 0 { return enqueue(track) }
    refuse(track, response.reason.isEmpty ? "etcd has ended the watch" : response.reason)
  }
}

extension EtcdWatch: GRPCReceiver {
  func messageReceived(_ message: [UInt8], of call: GRPCCall) {
    guard case .open(let present, _) = stream, present === call else { return }
    var failure: EtcdFailure?
    do throws(ProtobufFault) { failure = take(try EtcdWatchResponse(message)) } catch {
      failure = .garbage(error.reason)
    }
    if let failure {
      dropStream()
      etcd.turnAway()
      rest(failure)
    }
    wake()
  }

  func ended(_ call: GRPCCall, _ outcome: GRPCOutcome) {
    guard case .open(let present, let since) = stream, present === call else { return }
    if loop.now - since >= Self.goodLife { pace.succeeded() }
    let failure = etcd.ended(outcome)
    // It is not known whose message it was.
    dropStream(isListing: failure.kind == .tooLarge)
    rest(failure)
    wake()
  }
}
