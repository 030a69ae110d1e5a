internal import Client
internal import HTTP
internal import Mesh
internal import Primitives
internal import Reactor

/// The API server and who we are there. What is in files is read again, before a request, when a minute has passed,
/// and at once where the server refuses the token: it changes every hour or so (Kubernetes, "Bound service account
/// tokens"). What cannot be read changes nothing while there is something that was.
final class KubernetesAccess {
  struct Fault: Error, Equatable {
    /// In words.
    let text: String
  }

  let settings: KubernetesSettings
  /// Nil until `renew` has succeeded once.
  private(set) var origin: ClientOrigin?
  var hasToken: Bool { credentials.token != nil }
  /// Rises whenever there is another token.
  private(set) var generation = 0
  private var credentials = KubernetesCredentials()
  private var readAt: MonotonicTime?
  private var contexts: TLSContextStore<TLSClientContext>?

  static let lifetime = Interval.seconds(60)

  init(_ settings: KubernetesSettings) { self.settings = settings }

  /// Reads what is to be read again.
  /// - Parameter isForced: even if it was just read.
  func renew(now: MonotonicTime, isForced: Bool = false) throws(Fault) {
    if let readAt, !isForced, now < readAt + Self.lifetime { return }
    let fresh: KubernetesCredentials
    do throws(Fault) {
      fresh = try KubernetesCredentials(settings)
      if origin == nil || !fresh.isSameForTLS(credentials) { try secure(fresh) }
    } catch {
      if origin == nil { throw error }
      return
    }
    if fresh.token != credentials.token { generation += 1 }
    credentials = fresh
    readAt = now
  }

  /// The token of a request was refused. Returns whether there is another one.
  func refused(_ generation: Int, now: MonotonicTime) -> Bool {
    if self.generation == generation { try? renew(now: now, isForced: true) }
    return self.generation != generation
  }

  /// - Parameter target: path and query.
  func request(_ target: String) -> ClientRequest {
    let base = settings.server.target
    var request = ClientRequest(.get, base == "/" ? target : base.trimmedOfSlashes + target)
    request.fields = [.init("accept", "application/json")]
    if let token = credentials.token { request.fields.append(.init("authorization", "Bearer \(token)")) }
    return request
  }

  private func secure(_ fresh: KubernetesCredentials) throws(Fault) {
    let server = settings.server
    if server.isSecure {
      let context = try fresh.context(settings)
      if let contexts { contexts.replace(context) } else { contexts = TLSContextStore(context) }
    }
    if origin == nil {
      // A silent server is noticed by its unanswered pings.
      let half = Interval(nanoseconds: settings.timeout.nanoseconds / 2)
      origin = ClientOrigin(
        host: server.host, port: server.port, tls: contexts,
        connectTimeout: min(.seconds(5), settings.timeout),
        pingInterval: half, pingTimeout: half)
    }
  }
}

extension String {
  fileprivate var trimmedOfSlashes: String {
    var text = self
    while text.last == "/" { text.removeLast() }
    return text
  }
}
