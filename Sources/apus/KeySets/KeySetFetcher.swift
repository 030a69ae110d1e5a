internal import Admin
internal import Client
internal import HTTP
internal import Identity
internal import Mesh
internal import Policy
internal import Primitives
internal import Reactor
internal import Telemetry

/// Keeps one issuer's keys fresh: fetches them at the start, again and again, and when a token names one that is not
/// there. What cannot be used changes nothing: the former keys go on.
final class KeySetFetcher {
  let keySet: RemoteKeySet
  /// When `wake` has something to do next.
  var next: MonotonicTime { call == nil ? schedule.next : .distantFuture }
  /// For the admin server.
  private(set) var state: KeySetState

  private let client: HTTPClient
  private let loop: EventLoop
  private let origin: ClientOrigin
  private var schedule: RefreshSchedule
  private var random: Random
  private var call: ClientCall?
  /// Called when `next` has moved.
  private let moved: () -> Void
  /// The set that is in use, as it came: one that is the same makes nobody verify known tokens again.
  private var content: [UInt8] = []

  init(
    _ keySet: RemoteKeySet, client: HTTPClient, on loop: EventLoop, seed: UInt64,
    moved: @escaping () -> Void
  ) {
    self.keySet = keySet
    self.client = client
    self.loop = loop
    self.moved = moved
    random = Random(seed: seed)
    schedule = RefreshSchedule(interval: keySet.refresh, now: loop.now)
    state = KeySetState(provider: keySet.provider.name)
    origin = ClientOrigin(
      host: keySet.url.host, port: keySet.url.port, tls: keySet.tls?.contexts, connectTimeout: keySet.timeout)
  }

  /// Whether it does for this one, too.
  func serves(_ other: RemoteKeySet) -> Bool {
    keySet.provider === other.provider && keySet.refresh == other.refresh && keySet.timeout == other.timeout
  }

  /// Fetches where it is time to.
  func wake() {
    if keySet.provider.demand.take() { schedule.demanded(loop.now) }
    guard call == nil, schedule.next <= loop.now else { return }
    schedule.began(loop.now)
    var request = ClientRequest(.get, keySet.url.target)
    request.fields = [.init("accept", "application/jwk-set+json, application/json")]
    request.wholeTimeout = keySet.timeout
    request.headTimeout = keySet.timeout
    request.bodyTimeout = keySet.timeout
    request.bodyLimit = UInt64(TokenKeySet.maximumSize)
    call = client.fetch(request, from: origin) { [weak self] call, body in self?.ended(call, body) }
  }

  /// Ends what is under way.
  func stop() { call?.cancel() }

  private func ended(_ call: ClientCall, _ body: Result<[UInt8], ClientFailure>) {
    self.call = nil
    switch body {
    case .failure(let failure): failed(failure.description)
    case .success(let bytes):
      guard call.response.status == 200 else {
        failed("the server answers with status \(call.response.status)")
        break
      }
      do throws(TokenKeySet.Failure) {
        if bytes != content || keySet.provider.keyCount == 0 { try use(bytes) }
        succeeded(CacheLifetime.read(call.response))
      } catch {
        failed("what came \(error)")
      }
    }
    moved()
  }

  private func use(_ bytes: [UInt8]) throws(TokenKeySet.Failure) {
    let keys = try TokenKeySet(bytes.span)
    keySet.provider.replaceKeys(keys)
    content = bytes
    Log.info(
      "key set is in use",
      [
        "provider": .string(keySet.provider.name), "url": .string(keySet.url.description),
        "keys": LogValue(keys.count), "passed_over": LogValue(keys.ignored.count),
      ])
  }

  private func succeeded(_ lifetime: Interval?) {
    schedule.succeeded(loop.now, lifetime: lifetime, random: &random)
    if state.fault != nil {
      Log.info(
        "key set can be fetched again",
        ["provider": .string(keySet.provider.name), "url": .string(keySet.url.description)])
    }
    state.successes += 1
    state.fault = nil
    state.fetchedAt = loop.now
  }

  /// Only the first of several is told.
  private func failed(_ reason: String) {
    schedule.failed(loop.now, random: &random)
    if state.fault == nil {
      let fields: KeyValuePairs<StaticString, LogValue> = [
        "provider": .string(keySet.provider.name), "url": .string(keySet.url.description),
        "reason": .string(reason),
      ]
      if keySet.provider.keyCount == 0 {
        Log.error("key set cannot be fetched: tokens are refused until it is", fields)
      } else {
        Log.error("key set cannot be fetched, the former keys go on", fields)
      }
    }
    state.failures += 1
    state.fault = reason
  }
}
