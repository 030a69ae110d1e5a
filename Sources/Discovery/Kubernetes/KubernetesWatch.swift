internal import Client
internal import HTTP
internal import JSON
internal import Mesh
internal import Primitives
internal import Reactor
internal import Telemetry

/// One kind of objects in one namespace: listed page by page, then watched from there on, again and again. The control
/// loop's thread.
///
/// What fails is tried again after a back-off, from the last version that is known; where the server has forgotten that
/// one (410), all is listed once more.
final class KubernetesWatch {
  enum Phase {
    /// For `timer`.
    case waiting
    case listing
    case watching
    case stopped
  }

  /// Of its timer.
  var token = Token.none
  weak var owner: (any KubernetesWatchOwner)?
  var query: KubernetesQuery
  /// Why nothing comes, for people.
  private(set) var fault: String?
  /// `fault` is the server's word.
  private(set) var isRefusal = false
  /// `fault` is that we may not look.
  var isForbidden = false
  /// The services that the last whole list was about.
  var covered: Set<String> = []

  let access: KubernetesAccess
  let client: HTTPClient
  let loop: EventLoop
  var pace: KubernetesPace
  var phase = Phase.waiting
  private var timer = TimerWheel.ID.none
  var call: ClientCall?

  // Of the call
  var generation = 0
  var began = MonotonicTime.distantFuture
  var stream = JSONObjectStream(.sequence)
  var refusal = ByteBuffer()
  var hasTold = false

  // Of the list
  var listing = KubernetesListing()
  /// To go on from; empty: all is to be listed.
  var version = ""
  /// Nil: what is wanted is asked for.
  var fallback: KubernetesFallback?

  static let longestRefusal = 16 << 10
  /// For how many timeouts a watch may have nothing to say.
  private static let silence: Int64 = 3

  init(
    _ query: KubernetesQuery, access: KubernetesAccess, client: HTTPClient, on loop: EventLoop, seed: UInt64
  ) {
    self.query = query
    self.access = access
    self.client = client
    self.loop = loop
    pace = KubernetesPace(seed: seed, timeout: access.settings.timeout)
  }

  /// Asks for these services from now on. Those that are new make it list anew.
  func aim(at services: Set<String>) {
    let former = Set(query.services)
    covered.formIntersection(services)
    query.services = services.sorted()
    guard !services.isSubset(of: former) else { return }
    forget()
    begin()
  }

  func stop() {
    call?.cancel()
    call = nil
    loop.cancel(timer)
    phase = .stopped
  }

  /// The timer has fired.
  func wake() { if phase == .waiting { begin() } }

  // MARK: Calls

  func begin() {
    call?.cancel()
    call = nil
    isForbidden = false
    loop.cancel(timer)
    do throws(KubernetesAccess.Fault) { try access.renew(now: loop.now) } catch {
      return fail(error.text)
    }
    if isLookDue { lookForSlices() }
    if version.isEmpty { askForPage() } else { askForChanges() }
  }

  private func askForPage() {
    phase = .listing
    stream = JSONObjectStream(.list)
    var request = access.request(query.list(continuation: listing.continuation))
    request.headTimeout = access.settings.timeout
    request.bodyTimeout = access.settings.timeout
    request.bodyLimit = listing.room
    start(request)
  }

  private func askForChanges() {
    phase = .watching
    stream = JSONObjectStream(.sequence)
    let seconds = pace.watchTime()
    var request = access.request(query.watch(from: version, seconds: seconds))
    request.headTimeout = access.settings.timeout
    // A bookmark comes about once a minute, if there is news of the kind, which need not be ours. A server that sends none has
    // the watch begin anew, which costs little; one that has gone without a word is found out so, since over HTTP/1.1, or
    // behind somebody who answers pings for it, nothing else tells.
    request.bodyTimeout = Interval(nanoseconds: access.settings.timeout.nanoseconds * Self.silence)
    // The server ends it.
    request.wholeTimeout = .seconds(Int64(seconds)) + access.settings.timeout
    request.bodyLimit = .max
    start(request)
  }

  private func start(_ request: ClientRequest) {
    guard let origin = access.origin else { return }
    generation = access.generation
    began = loop.now
    hasTold = false
    refusal.clear()
    call = client.start(request, to: origin, for: self)
  }

  private func wait(until time: MonotonicTime) {
    call = nil
    phase = .waiting
    timer = loop.schedule(at: time, token.raw)
  }

  /// Goes on at once, or later.
  func goOn(at time: MonotonicTime?) {
    if let time { wait(until: time) } else { begin() }
  }

  // MARK: How it is

  /// All is to be listed anew.
  func forget() {
    version = ""
    listing = KubernetesListing()
    fallback?.forget()
  }

  func fail(_ text: String, wish: Interval? = nil, isRefusal: Bool = false) {
    self.isRefusal = isRefusal
    if phase == .listing { forget() }
    wait(until: pace.failed(now: loop.now, wish: wish))
    fault = text
    owner?.turned(self)
  }

  func recover() {
    guard fault != nil else { return }
    fault = nil
    owner?.turned(self)
  }
}
