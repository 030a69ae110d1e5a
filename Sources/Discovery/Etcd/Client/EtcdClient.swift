package import Client
internal import HTTP
package import Mesh
internal import Primitives
internal import Protobuf
internal import Reactor

/// Calls of etcd's v3 API. One member of the cluster is asked as long as it answers; who hears of a failure asks the next
/// one: at once, or later where each has failed (`EtcdFailure.leavesOthers`). The control loop's thread.
///
/// Where there are a user and a password, a token is fetched before the first call, and again when etcd does not know
/// it any more.
package final class EtcdClient {
  typealias Answer = Result<[UInt8], EtcdFailure>

  private let http: HTTPClient
  private let members: [(name: String, origin: ClientOrigin)]
  private let credentials: EtcdSettings.Credentials?
  /// Whom to ask.
  private var place: Int
  /// Members that have failed in a row.
  private var turns = 0
  private var token: String?
  /// For a token.
  private var waiting: [(EtcdFailure?) -> Void] = []

  /// Bytes of a value that is taken: ten times what etcd takes itself, unless it is told otherwise (1.5 MiB).
  static let mostValue = 16 << 20
  /// Bytes of one message: such a value, its key and what stands around them.
  private static let messageLimit = mostValue + 64 << 10
  /// Where there are others to ask: a SYN that was lost is sent again within it.
  private static let connectTimeout = Interval.seconds(2)

  /// - Parameter seed: by which the first member is chosen, so that not all processes ask the same one.
  package init(_ settings: EtcdSettings, client: HTTPClient, seed: UInt64) {
    precondition(!settings.members.isEmpty)
    http = client
    credentials = settings.credentials
    // A connection with a watch on it that has said nothing for two thirds of the time is asked for a sign of life, and given
    // up where none comes within the last third. etcd puts up with no more than one question in five seconds.
    let third = Interval(nanoseconds: settings.timeout.nanoseconds / 3)
    members = settings.members.map { member in
      let origin = ClientOrigin(
        host: member.url.host, port: member.url.port, tls: member.tls?.contexts, plainProtocol: .h2,
        connectTimeout: settings.members.count > 1 ? Self.connectTimeout : .seconds(5),
        pingInterval: Interval(nanoseconds: third.nanoseconds * 2), pingTimeout: third)
      return (origin.authority, origin)
    }
    var random = Random(seed: seed)
    place = random.next(below: members.count)
  }

  /// Whom it asks, for people.
  var member: String { members[place].name }
  var memberCount: Int { members.count }

  // MARK: Calls

  /// One question and its answer, or what kept it from coming, from a later turn on; `deadline` is for each attempt.
  func call(
    _ method: String, _ message: [UInt8], deadline: Interval = .seconds(5),
    _ done: @escaping (Answer) -> Void
  ) {
    call(method, message, deadline, mayRenew: true, done)
  }

  private func call(
    _ method: String, _ message: [UInt8], _ deadline: Interval, mayRenew: Bool,
    _ done: @escaping (Answer) -> Void
  ) {
    authorized { [weak self] failure in
      if let failure { return done(.failure(failure)) }
      guard let self else { return }
      let (asked, shown) = (place, token)
      http.unary(request(method, deadline), message, to: members[asked].origin) { [weak self] result in
        switch result {
        case .success(let bytes):
          self?.turns = 0
          done(.success(bytes))
        case .failure(let outcome):
          guard let self else { return }
          if outcome.isInvalidToken, mayRenew {
            forget(shown)
            return call(method, message, deadline, mayRenew: false, done)
          }
          done(.failure(failed(outcome, asked)))
        }
      }
    }
  }

  /// Opens a stream, once there is a token for it; `opened` gets it, or why there is none.
  func open(
    _ method: String, for receiver: any GRPCReceiver,
    _ opened: @escaping (Result<GRPCCall, EtcdFailure>) -> Void
  ) {
    authorized { [weak self] failure in
      if let failure { return opened(.failure(failure)) }
      guard let self else { return }
      var request = request(method, .zero)
      // A member that is cut off from the others ends the stream, rather than saying nothing.
      request.metadata.append(.init("hasleader", "true"))
      opened(.success(http.open(request, to: members[place].origin, for: receiver)))
    }
  }

  /// A stream has ended so: whoever asks next asks the next member, with another token where it was about that.
  func ended(_ outcome: GRPCOutcome) -> EtcdFailure {
    if outcome.isInvalidToken {
      token = nil
      return EtcdFailure(.unavailable, outcome.description)
    }
    return failed(outcome, place)
  }

  /// The next member is asked from now on.
  func turnAway() {
    place = (place + 1) % members.count
    turns += 1
  }

  var hasCredentials: Bool { credentials != nil }
  /// The next call or stream fetches another token.
  func renewToken() { token = nil }

  private func failed(_ outcome: GRPCOutcome, _ asked: Int) -> EtcdFailure {
    var failure = EtcdFailure(outcome)
    guard failure.kind == .unavailable else { return failure }
    // Several calls may have failed there.
    if asked == place { turnAway() }
    failure.leavesOthers = turns % members.count != 0
    return failure
  }

  private func request(_ method: String, _ deadline: Interval) -> GRPCRequest {
    var request = GRPCRequest(method)
    request.deadline = deadline
    request.messageLimit = Self.messageLimit
    if let token { request.metadata = [.init("token", token)] }
    return request
  }

  // MARK: Tokens

  private func authorized(_ then: @escaping (EtcdFailure?) -> Void) {
    guard let credentials, token == nil else { return then(nil) }
    waiting.append(then)
    guard waiting.count == 1 else { return }
    let asked = place
    let message = EtcdAuthentication.request(user: credentials.user, password: credentials.password)
    http.unary(request(EtcdAuthentication.method, .seconds(5)), message, to: members[asked].origin) {
      [weak self] result in
      guard let self else { return }
      switch result {
      case .failure(let outcome):
        var failure = failed(outcome, asked)
        failure.isOfCredentials = failure.kind == .refused
        answerWaiting(failure)
      case .success(let bytes): take(bytes)
      }
    }
  }

  private func take(_ bytes: [UInt8]) {
    do throws(ProtobufFault) {
      token = try EtcdAuthentication.token(bytes)
      answerWaiting(nil)
    } catch {
      answerWaiting(.garbage(error.reason))
    }
  }

  private func answerWaiting(_ failure: EtcdFailure?) {
    let all = waiting
    waiting = []
    for one in all { one(failure) }
  }

  /// Unless another one has come since it was shown.
  private func forget(_ shown: String?) { if token == shown { token = nil } }
}
