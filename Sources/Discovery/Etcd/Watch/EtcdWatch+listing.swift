internal import Primitives
internal import Protobuf
internal import Reactor

/// Lists, page by page, each at one revision.
extension EtcdWatch {
  func startLists() {
    var taken = 0
    while listing < Self.mostLists, taken < queue.count, pace.isDue(loop.now) {
      let track = queue[taken]
      taken += 1
      guard !track.isGone, track.phase == .unlisted else { continue }
      track.phase = .listing
      listing += 1
      track.subject.listBegan()
      ask(track, EtcdListRequest(track.subject.range))
    }
    queue.removeFirst(taken)
  }

  private func ask(_ track: EtcdTrack, _ request: EtcdListRequest) {
    var request = request
    request.limit = request.isKeysOnly ? 1 : track.pageLimit
    let round = track.round
    etcd.call(EtcdListRequest.method, request.bytes) { [weak self] answer in
      guard let self, !isStopped else { return }
      if track.isGone || track.round != round {
        listing -= 1
        wake()
      } else {
        take(answer, of: request, for: track)
      }
    }
  }

  private func take(_ answer: EtcdClient.Answer, of request: EtcdListRequest, for track: EtcdTrack) {
    switch answer {
    case .failure(let failure) where failure.kind == .tooLarge && !request.isKeysOnly:
      return tooMuch(request, for: track)
    case .failure(let failure): failed(track, failure)
    case .success(let bytes):
      do throws(ProtobufFault) {
        if take(try EtcdListResponse(bytes), of: request, for: track) { return }
      } catch {
        failed(track, .garbage(error.reason))
      }
    }
    wake()
  }

  /// - Returns: whether the list goes on.
  private func take(_ page: EtcdListResponse, of request: EtcdListRequest, for track: EtcdTrack) -> Bool {
    guard isSameStore(page.header) else {
      listing -= 1
      return false
    }
    var next = request
    next.isKeysOnly = false
    if request.revision == 0 { next.revision = page.header.revision }
    if page.hasMore {
      guard let last = page.pairs.last?.key,
        !last.lexicographicallyPrecedes(request.from ?? request.range.start)
      else {
        failed(track, .garbage("a page of a list does not go on from the one before"))
        return false
      }
      next.from = last + [0]
    }
    if request.isKeysOnly {
      guard page.pairs.allSatisfy(track.subject.listedWithoutValue) else {
        listing -= 1
        refuse(track, "the value has more than \(EtcdClient.mostValue) bytes")
        return false
      }
    } else {
      track.subject.listed(page.pairs)
    }
    track.widen()
    if page.hasMore {
      ask(track, next)
      return true
    }
    listing -= 1
    // Lists are linearizable: in one store none knows less than was seen before.
    let isAnotherStore =
      track.isAnswered && (page.header.cluster != track.cluster || next.revision < track.seen)
    track.cluster = page.header.cluster
    track.phase = .listed
    track.next = next.revision + 1
    track.seen = next.revision
    track.refusals = 0
    track.refusal = nil
    if !track.isAnswered { answered += 1 }
    track.isAnswered = true
    track.subject.listEnded(isAnotherStore: isAnotherStore)
    unwatched.append(track)
    return false
  }

  private func failed(_ track: EtcdTrack, _ failure: EtcdFailure) {
    listing -= 1
    switch failure.kind {
    case .unavailable:
      enqueue(track)
      rest(failure)
    case .compacted: enqueue(track)
    case .tooLarge, .noLease, .refused: refuse(track, failure.reason, ofAll: failure.isOfCredentials)
    }
  }

  /// The same page with fewer keys; of a single one no more than its name.
  private func tooMuch(_ request: EtcdListRequest, for track: EtcdTrack) {
    var smaller = request
    smaller.isKeysOnly = !track.narrow()
    ask(track, smaller)
  }

  /// A cluster that was made anew counts its revisions anew, too: then everything is listed again.
  /// - Returns: whether the answer is about what the others were about.
  func isSameStore(_ header: EtcdHeader) -> Bool {
    guard header.cluster != 0 else { return true }
    guard let known = cluster, known != header.cluster else {
      cluster = header.cluster
      return true
    }
    cluster = header.cluster
    let isAgain = moved.map { loop.now - $0 < Self.goodLife } ?? false
    moved = loop.now
    dropStream()
    unwatched = []
    queue = []
    for track in tracks.values { enqueue(track) }
    unsettle()
    // No cluster is made anew that often: there are several, and as many lists as answers.
    if isAgain { rest(EtcdFailure(.unavailable, "the answers are of more than one cluster")) }
    return false
  }
}
