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
  private enum Phase {
    /// For `timer`.
    case waiting
    case listing
    case watching
    case stopped
  }

  /// Of its timer.
  var token = Token.none
  weak var owner: (any KubernetesWatchOwner)?
  private(set) var query: KubernetesQuery
  /// Why nothing comes, for people.
  private(set) var fault: String?
  /// The services that the last whole list was about.
  private(set) var covered: Set<String> = []

  let access: KubernetesAccess
  let client: HTTPClient
  let loop: EventLoop
  private var pace: KubernetesPace
  private var phase = Phase.waiting
  private var timer = TimerWheel.ID.none
  private var call: ClientCall?

  // Of the call
  private var generation = 0
  private var began = MonotonicTime.distantFuture
  private var stream = JSONObjectStream(.sequence)
  private var refusal = ByteBuffer()
  private var hasTold = false

  // Of the list
  private var found: [KubernetesObject] = []
  private var continuation = ""
  /// To go on from; empty: all is to be listed.
  private var version = ""
  /// Whether slices were refused, so that Endpoints are asked for.
  private var fallenBack: String?

  private static let longestRefusal = 16 << 10

  init(_ query: KubernetesQuery, access: KubernetesAccess, client: HTTPClient, on loop: EventLoop, seed: UInt64)
  {
    self.query = query
    self.access = access
    self.client = client
    self.loop = loop
    pace = KubernetesPace(seed: seed)
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

  private func begin() {
    call?.cancel()
    call = nil
    loop.cancel(timer)
    do throws(KubernetesAccess.Fault) { try access.renew(now: loop.now) } catch {
      return fail(error.text)
    }
    if version.isEmpty { askForPage() } else { askForChanges() }
  }

  private func askForPage() {
    phase = .listing
    stream = JSONObjectStream(.list)
    var request = access.request(query.list(continuation: continuation))
    request.headTimeout = .seconds(30)
    request.bodyLimit = 1 << 30
    start(request)
  }

  private func askForChanges() {
    phase = .watching
    stream = JSONObjectStream(.sequence)
    let seconds = pace.watchTime()
    var request = access.request(query.watch(from: version, seconds: seconds))
    request.headTimeout = .seconds(30)
    request.bodyTimeout = .zero
    // The server ends it; where it has gone without a word over HTTP/1.1, we do.
    request.wholeTimeout = .seconds(Int64(seconds) + 30)
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
  private func goOn(at time: MonotonicTime?) {
    if let time { wait(until: time) } else { begin() }
  }

  // MARK: Answers

  private func pageEnded() {
    let rest: JSONNode
    do throws(JSONFault) { rest = try stream.rest() } catch { return nonsense(error) }
    continuation = rest["metadata"]?["continue"]?.string ?? ""
    guard continuation.isEmpty else { return begin() }
    guard let version = rest["metadata"]?["resourceVersion"]?.string, !version.isEmpty else {
      return fail("the API server's list has no resourceVersion")
    }
    self.version = version
    covered = Set(query.services)
    let objects = found
    found = []
    owner?.listed(objects, by: self)
    owner?.settled(self)
    if phase == .listing { begin() }
  }

  private func eventReceived(_ event: JSONNode) {
    let object = event["object"]
    let kind = event["type"]?.string
    if kind == "ERROR" {
      call?.cancel()
      if hasTold { owner?.settled(self) }
      return refused(KubernetesRefusal(event: object))
    }
    guard let object else { return }
    if let version = object["metadata"]?["resourceVersion"]?.string, !version.isEmpty {
      self.version = version
    }
    hasTold = true
    pace.succeeded()
    guard kind != "BOOKMARK", let content = KubernetesObject(object, query.resource) else { return }
    if kind == "DELETED" {
      owner?.deleted(content, by: self)
    } else {
      owner?.changed(content, by: self)
    }
  }

  private func refused(_ refusal: KubernetesRefusal, wish: Interval? = nil) {
    let isWatch = phase == .watching
    if refusal.isExpired {
      forget()
      return goOn(at: pace.expired(now: loop.now))
    }
    if refusal.status == 401, access.refused(generation, now: loop.now) {
      // Once at once: the next one may be refused, too.
      return goOn(at: pace.expired(now: loop.now))
    }
    let text = refusal.text(isWatch ? "watch" : "list", query, hasToken: access.hasToken)
    if refusal.status == 403 || refusal.status == 404 {
      forget()
      if query.resource == .endpointSlices {
        fallenBack = text
        query.resource = .endpoints
        Log.info(
          "Kubernetes has no EndpointSlices for us: Endpoints are used in their place",
          ["namespace": .string(query.namespace), "reason": .string(text)])
        return begin()
      }
      if let former = fallenBack {
        query.resource = .endpointSlices
        return fail("\(former); nor will Endpoints do: \(text)", wish: wish)
      }
    } else if refusal.isEvent {
      // Whether anything was missed is not known.
      forget()
    }
    fail(text, wish: wish)
  }

  private func nonsense(_ fault: JSONFault) {
    forget()
    fail("the API server's answer is no JSON of ours: \(fault.kind.reason)")
  }

  /// All is to be listed anew.
  private func forget() {
    version = ""
    continuation = ""
    found = []
  }

  private func fail(_ text: String, wish: Interval? = nil) {
    if phase == .listing { forget() }
    wait(until: pace.failed(now: loop.now, wish: wish))
    fault = text
    owner?.turned(self)
  }

  private func recover() {
    guard fault != nil else { return }
    fault = nil
    owner?.turned(self)
  }
}

extension KubernetesWatch: ResponseReceiver {
  func headReceived(of call: ClientCall) {
    if call === self.call, phase == .watching, call.response.status == 200 { recover() }
  }

  func bodyReceived(_ bytes: Span<UInt8>, of call: ClientCall) {
    guard call === self.call else { return }
    guard call.response.status == 200 else {
      if refusal.count + bytes.count <= Self.longestRefusal { refusal.append(bytes) }
      return
    }
    do throws(JSONFault) {
      for node in try stream.receive(bytes) {
        if phase == .watching {
          eventReceived(node)
          // It was the last one, or somebody has aimed elsewhere.
          guard self.call === call, phase == .watching else { break }
        } else if let object = KubernetesObject(node, query.resource) {
          if query.services.contains(object.service) { found.append(object) }
        }
      }
    } catch {
      call.cancel()
      return nonsense(error)
    }
    if hasTold { owner?.settled(self) }
  }

  func ended(_ call: ClientCall) {
    guard call === self.call else { return }
    self.call = nil
    guard call.response.status == 200 else {
      let words = refusal.withBytes { KubernetesRefusal(status: call.response.status, body: $0) }
      return refused(words, wish: RetryAfter.read(call.response))
    }
    if phase == .listing { return pageEnded() }
    goOn(at: pace.ended(now: loop.now, began: began, hasTold: hasTold))
  }

  func failed(_ call: ClientCall, _ failure: ClientFailure) {
    guard call === self.call else { return }
    self.call = nil
    if phase == .watching, call.response.status == 200, fault == nil {
      return goOn(at: pace.ended(now: loop.now, began: began, hasTold: hasTold))
    }
    fail("\(access.settings.server): \(failure)")
  }
}
