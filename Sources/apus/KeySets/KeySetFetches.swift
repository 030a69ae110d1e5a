internal import Admin
internal import Client
internal import Identity
internal import Mesh
internal import Primitives
internal import Reactor

/// All key sets that are fetched, on the control loop.
final class KeySetFetches {
  private let loop: EventLoop
  private let token: Token
  private var fetchers: [KeySetFetcher] = []
  private let client: HTTPClient
  private var seed: UInt64
  private var timer = TimerWheel.ID.none

  /// - Parameter kind: of its token on the loop. Where there is no set to be fetched it never wakes anybody.
  init(_ snapshot: MeshSnapshot, client: HTTPClient, on loop: EventLoop, kind: UInt8, seed: UInt64) {
    self.loop = loop
    self.client = client
    self.seed = seed
    token = Token(kind: kind, slot: 0, generation: 1)
    adopt(snapshot)
  }

  /// Goes on with another snapshot's: sets that stay are not fetched for that.
  func adopt(_ snapshot: MeshSnapshot) {
    let bell = loop.remote
    var former = fetchers
    fetchers = snapshot.keySets.map { keySet in
      if let place = former.firstIndex(where: { $0.serves(keySet) }) { return former.remove(at: place) }
      keySet.provider.demand.setBell { bell.wake() }
      seed &+= 1
      return KeySetFetcher(keySet, client: client, on: loop, seed: seed) { [weak self] in self?.setTimer() }
    }
    for fetcher in former { fetcher.stop() }
    if !fetchers.isEmpty { loop.continueLater(token) }
  }

  var states: [KeySetState] { fetchers.map(\.state) }

  func stop() {
    for fetcher in fetchers { fetcher.stop() }
    loop.cancel(timer)
  }

  private func wake() {
    for fetcher in fetchers { fetcher.wake() }
    setTimer()
  }

  private func setTimer() {
    loop.cancel(timer)
    guard let next = fetchers.map(\.next).min(), next != .distantFuture else { return }
    timer = loop.schedule(at: next, token.raw)
  }
}

extension KeySetFetches: EventHandler {
  func ready(_ token: Token, _ readiness: Readiness) { wake() }
  func timerFired(_ payload: UInt64) { wake() }
  /// Maybe by a worker that misses a key.
  func woken() { if !fetchers.isEmpty { wake() } }
  func turnEnded() {}
}
